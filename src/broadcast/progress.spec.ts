import { DELIVERY_STATES, type DeliveryState } from './engine/states.js';
import { etaSeconds, limitedBy, type ProgressFacts, sentOf, totalOf } from './progress.js';

const counts = (some: Partial<Record<DeliveryState, number>>): ProgressFacts['counts'] => ({
  ...(Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<
    DeliveryState,
    number
  >),
  ...some,
});

const running = (facts: Partial<ProgressFacts> = {}): ProgressFacts => ({
  state: 'running',
  isHeld: false,
  accountStopped: false,
  accountRests: false,
  expanded: true,
  audienceSize: 1_000,
  counts: counts({ pending: 500, queued: 90, sending: 10, accepted: 400 }),
  achievedPerSecond: 100,
  allowedPerSecond: 100,
  ...facts,
});

describe('what was sent', () => {
  it('is everybody but the open and the skipped', () => {
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

describe('what limits a broadcast', () => {
  it.each<[string, Partial<ProgressFacts>, string | null]>([
    ['a hold comes before everything', { isHeld: true, accountStopped: true }, 'holds'],
    ['an account that is held or faulty', { accountStopped: true, accountRests: true }, 'account'],
    ['the rest that WeChat asked for', { accountRests: true }, 'wechat'],
    ['its rate, when it comes close to it', { achievedPerSecond: 80 }, 'rate'],
    ['the window, when it is allowed more', { achievedPerSecond: 79 }, 'window'],
    [
      'its expansion, when all that are known are under way',
      { expanded: false, counts: counts({ queued: 5 }) },
      'expansion',
    ],
    ['nothing, when it waits for its last answers', { counts: counts({ sending: 5 }) }, null],
    ['nothing, once it has ended', { state: 'finished', isHeld: true }, null],
  ])('is %s', (_, facts, expected) => {
    expect(limitedBy(running(facts))).toBe(expected);
  });
});

describe('the time that is left', () => {
  it('is what is open at the achieved rate, rounded up', () => {
    expect(etaSeconds(running({ achievedPerSecond: 7 }))).toBe(Math.ceil(600 / 7));
  });

  it('is reckoned at the allowed rate before anything was sent', () => {
    expect(etaSeconds(running({ achievedPerSecond: 0, allowedPerSecond: 50 }))).toBe(12);
  });

  it('counts those of a list who are no deliveries yet', () => {
    const facts = { expanded: false, audienceSize: 1_000, counts: counts({ pending: 100 }) };
    expect(etaSeconds(running(facts))).toBe(10);
  });

  it.each<[string, Partial<ProgressFacts>]>([
    ['held', { isHeld: true }],
    ['stopped with its account', { accountStopped: true }],
    ['reading an audience of unknown size', { expanded: false, audienceSize: null }],
    ['not begun', { state: 'scheduled' }],
  ])('is unknown while it is %s', (_, facts) => {
    expect(etaSeconds(running(facts))).toBeNull();
  });

  it('is over when it has ended', () => {
    expect(etaSeconds(running({ state: 'cancelled' }))).toBe(0);
  });
});
