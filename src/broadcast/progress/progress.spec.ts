import type { Pace } from '../../pacing/paces.js';
import { DELIVERY_STATES, type DeliveryState } from '../engine/record/states.js';
import { etaSeconds, limitedBy, type ProgressFacts, sentOf, totalOf } from './progress.js';

const counts = (some: Partial<Record<DeliveryState, number>>): ProgressFacts['counts'] => ({
  ...(Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<
    DeliveryState,
    number
  >),
  ...some,
});

const paceOf = (some: Partial<Pace>): Pace => ({
  rate: 100,
  rests: false,
  backoffReason: null,
  serial: false,
  ...some,
});

const running = (facts: Partial<ProgressFacts> = {}): ProgressFacts => ({
  state: 'running',
  heldBy: [],
  accountStopped: false,
  pace: paceOf({}),
  cap: 100,
  ownCap: null,
  expanded: true,
  audienceSize: 1_000,
  counts: counts({ pending: 500, queued: 90, sending: 10, accepted: 400 }),
  achievedPerSecond: 100,
  measuredSeconds: 10,
  ...facts,
});

describe('progress', () => {
  it('what was sent is everybody but the open and the skipped', () => {
    const all = counts({
      pending: 1,
      queued: 2,
      sending: 4,
      skipped: 8,
      refused: 16,
      delivered: 32,
    });
    expect(totalOf(all)).toBe(63);
    expect(sentOf(all)).toBe(48);
  });
});

describe('progress', () => {
  it.each<[string, Partial<ProgressFacts>, string | null]>([
    ['a hold comes before everything', { heldBy: ['operator'], accountStopped: true }, 'holds'],
    ['a person comes before a day', { heldBy: ['quota', 'problem'] }, 'holds'],
    ['the quota, when that alone holds it', { heldBy: ['hours', 'quota'] }, 'quota'],
    ['its send hours', { heldBy: ['hours'] }, 'hours'],
    [
      'an account that is held or faulty',
      { accountStopped: true, pace: paceOf({ rests: true }) },
      'account',
    ],
    ['the rest that WeChat asked for', { pace: paceOf({ rests: true }) }, 'wechat'],
    ['one message at a time, whatever the rate', { pace: paceOf({ serial: true }) }, 'single_file'],
    ["the account's cap, when it comes close to it", { achievedPerSecond: 80 }, 'rate'],
    ['its own cap, where that is lower', { ownCap: 50, achievedPerSecond: 50 }, 'own_rate'],
    ['a rate that still increases', { cap: 1_000 }, 'slow_start'],
    [
      'the reason why the rate was halved',
      { cap: 1_000, pace: paceOf({ backoffReason: 'busy' }) },
      'wechat_busy',
    ],
    ['the window, when it is allowed more', { achievedPerSecond: 79 }, 'window'],
    [
      'its own cap, before the first second of it is over',
      { ownCap: 1, achievedPerSecond: 0, measuredSeconds: 0.9 },
      'own_rate',
    ],
    [
      'the window, when even a low rate is not kept for long',
      { ownCap: 1, achievedPerSecond: 0.5, measuredSeconds: 10 },
      'window',
    ],
    [
      'its expansion, when all that are known are under way',
      { expanded: false, counts: counts({ queued: 5 }) },
      'expansion',
    ],
    ['nothing, when it waits for its last answers', { counts: counts({ sending: 5 }) }, null],
    ['nothing, once it has ended', { state: 'finished', heldBy: ['operator'] }, null],
  ])('what limits a broadcast is %s', (_, facts, expected) => {
    expect(limitedBy(running(facts))).toBe(expected);
  });
});

describe('progress', () => {
  it('the time that is left is what is open at the achieved rate, rounded up', () => {
    expect(etaSeconds(running({ achievedPerSecond: 7 }))).toBe(Math.ceil(600 / 7));
  });

  it.each([1, 10, 1_000])(
    'the time that is left follows what is allowed, %d/s of its own, where it goes as fast as it may',
    (ownCap) => {
      // Measured over a few seconds, which hold a message more or less.
      for (const achievedPerSecond of [ownCap * 0.85, ownCap, ownCap * 1.15]) {
        const facts = running({
          ownCap,
          achievedPerSecond,
          cap: 2_000,
          pace: paceOf({ rate: 2_000 }),
        });
        expect([limitedBy(facts), etaSeconds(facts)]).toEqual([
          'own_rate',
          Math.ceil(600 / ownCap),
        ]);
      }
    },
  );

  it('the time that is left changes with the cap at once, and not with the rate that was', () => {
    const facts = { achievedPerSecond: 100, ownCap: 10 };
    expect(etaSeconds(running(facts))).toBe(60);
  });

  it('the time that is left is reckoned at the allowed rate before anything was sent', () => {
    expect(etaSeconds(running({ achievedPerSecond: 0, cap: 50 }))).toBe(12);
  });

  it('the time that is left counts those of a list who are no deliveries yet', () => {
    const facts = { expanded: false, audienceSize: 1_000, counts: counts({ pending: 100 }) };
    expect(etaSeconds(running(facts))).toBe(10);
  });

  it.each<[string, Partial<ProgressFacts>]>([
    ['held', { heldBy: ['operator'] }],
    ['stopped with its account', { accountStopped: true }],
    ['reading an audience of unknown size', { expanded: false, audienceSize: null }],
    ['not begun', { state: 'scheduled' }],
  ])('the time that is left is unknown while it is %s', (_, facts) => {
    expect(etaSeconds(running(facts))).toBeNull();
  });

  it('the time that is left is over when it has ended', () => {
    expect(etaSeconds(running({ state: 'cancelled' }))).toBe(0);
  });
});
