import { SEND_PATH } from '../kernel/paths.js';
import { readFaultRule } from './fault-rule-reader.js';
import type { FaultRule } from './fault-rule.js';
import { Faults, type FaultSubject } from './faults.js';

const subject = (over: Partial<FaultSubject> = {}): FaultSubject => ({
  path: SEND_PATH,
  sends: true,
  appid: 'wx1',
  openid: 'amy',
  hasLeft: () => false,
  ...over,
});

/** The numbers of the next calls that a rule meets. */
const met = (faults: Faults, calls: number, over?: Partial<FaultSubject>): number[] =>
  Array.from({ length: calls }, (_, call) => call).filter(
    () => faults.plan(subject(over)) !== undefined,
  );

const busy = { kind: 'errcode', errcode: -1 } as const;

const faultsOf = (...rules: FaultRule[]): Faults => {
  const faults = new Faults();
  rules.forEach((rule) => faults.add(rule));
  return faults;
};

describe('a fault rule', () => {
  it('a fault rule meets the next calls as often as it says, and no more', () => {
    expect(met(faultsOf({ when: { times: 2 }, fault: busy }), 5)).toEqual([0, 1]);
  });

  it('a fault rule lets calls pass first', () => {
    expect(met(faultsOf({ when: { skip: 3, times: 1 }, fault: busy }), 6)).toEqual([3]);
  });

  it('a fault rule meets calls in bursts', () => {
    expect(met(faultsOf({ when: { every: 5, length: 2 }, fault: busy }), 11)).toEqual([
      0, 1, 5, 6, 10,
    ]);
  });

  it('a fault rule meets only the given openids, account and endpoint', () => {
    const faults = faultsOf({ when: { openids: ['amy'], appid: 'wx1' }, fault: busy });
    expect(met(faults, 1)).toHaveLength(1);
    expect(met(faults, 1, { openid: 'bob' })).toHaveLength(0);
    expect(met(faults, 1, { appid: 'wx2' })).toHaveLength(0);
    expect(met(faults, 1, { path: '/cgi-bin/user/get', sends: false })).toHaveLength(0);
    expect(
      met(faultsOf({ when: { path: '*' }, fault: busy }), 1, {
        path: '/cgi-bin/user/get',
        sends: false,
      }),
    ).toHaveLength(1);
  });

  it('a fault rule without an endpoint meets every way of sending', () => {
    const path = '/cgi-bin/message/subscribe/send';
    expect(met(faultsOf({ fault: busy }), 1, { path })).toHaveLength(1);
    expect(met(faultsOf({ when: { path: SEND_PATH }, fault: busy }), 1, { path })).toHaveLength(0);
  });

  it('a fault rule can spare those who have left, and does not count them', () => {
    const faults = faultsOf({ when: { sparingLeft: true, times: 1 }, fault: busy });
    expect(met(faults, 3, { hasLeft: () => true })).toEqual([]);
    expect(met(faults, 3)).toEqual([0]);
  });

  it('a fault rule that remembers lists everybody whom it met once', () => {
    const when = { openids: ['amy', 'bob'] };
    const faults = faultsOf(readFaultRule({ when, fault: busy, remember: true }), { fault: busy });
    for (const openid of ['bob', 'cleo', 'amy', 'bob', undefined]) faults.plan(subject({ openid }));
    const [remembers, other] = faults.list();
    expect(remembers).toMatchObject({ met: 3, metOpenids: ['bob', 'amy'] });
    expect(other).toEqual({ id: 2, met: 2, fault: busy });
  });

  it('a fault rule meets a share of calls, and the same ones with the same seed', () => {
    const run = (seed: number) =>
      met(faultsOf({ when: { probability: 0.1, seed }, fault: busy }), 10_000);
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
    expect(run(5).length).toBeGreaterThan(900);
    expect(run(5).length).toBeLessThan(1_100);
  });
});

describe('several fault rules', () => {
  it('several fault rules add up: their delays, a fate, and the first ending', () => {
    const plan = faultsOf(
      { fault: { kind: 'delay', ms: 5 } },
      { fault: { kind: 'delay', ms: 7, accepted: true } },
      { fault: { kind: 'fate', status: 'failed: system failed' } },
      { fault: { kind: 'drop', accepted: true } },
      { fault: busy },
    ).plan(subject());

    expect(plan).toMatchObject({
      delayBeforeMs: 5,
      delayAfterMs: 7,
      fate: 'failed: system failed',
    });
    expect(plan?.ending).toMatchObject({ accepted: true, how: { kind: 'drop' } });
  });

  it('a fault rule whose ending came too late keeps its count', () => {
    const faults = faultsOf(
      { when: { times: 1 }, fault: { kind: 'drop' } },
      { when: { times: 1 }, fault: busy },
    );
    const endings = [0, 1, 2].map(() => faults.plan(subject())?.ending?.how.kind);
    expect(endings).toEqual(['drop', 'errcode', undefined]);
  });

  it('fault rules are cleared one by one or all at once', () => {
    const faults = faultsOf({ fault: busy }, { fault: busy });
    expect(faults.clear(faults.list()[0]?.id)).toBe(1);
    expect(faults.list()).toHaveLength(1);
    faults.clear();
    expect(faults.isEmpty).toBe(true);
  });
});

describe('a fault rule that came as JSON', () => {
  it.each([
    [undefined, /a rule must be an object/],
    [{ when: {} }, /fault must be an object/],
    [{ fault: { kind: 'explode' } }, /fault.kind must be one of/],
    [{ fault: { kind: 'errcode' } }, /fault.errcode must be a number/],
    [{ fault: busy, when: { openid: 'amy' } }, /when has no openid/],
    [{ fault: busy, when: { openids: [1] } }, /when.openids must be a list of strings/],
    [{ fault: busy, remember: 1 }, /remember must be a boolean/],
    [{ fault: { ...busy, after: true } }, /fault has no after/],
    [{ fault: { kind: 'receipt', settings: { earyl: 1 } } }, /fault.settings has no earyl/],
  ])('a fault rule that could never happen as meant is refused: %j', (rule, complaint) => {
    expect(() => readFaultRule(rule)).toThrow(complaint);
  });
});
