import { monotonicClock } from '../../test/support/stores/monotonic-clock.js';
import { AwakeTime } from './awake-time.js';
import { TurnAges } from './turn-ages.js';

describe('the age of a turn', () => {
  afterEach(() => monotonicClock.giveBack());

  const ageOf = (ages: TurnAges): number => ages.all.find(({ name }) => name === 'release')!.ageMs;

  it('the age of a turn grows until the next one', () => {
    const awake = new AwakeTime();
    const ages = new TurnAges(awake);
    expect(ages.all).toEqual([]);
    monotonicClock.standAt(performance.now());
    ages.turned('release');
    expect(ageOf(ages)).toBe(0);
    monotonicClock.standAt(performance.now() + 400);
    expect(ageOf(ages)).toBeCloseTo(400);
    ages.turned('release');
    expect(ageOf(ages)).toBe(0);
  });

  it('the age of a turn leaves out the time in which the process stood still', () => {
    const ages = new TurnAges(new AwakeTime());
    ages.turned('release');
    monotonicClock.runAhead(60_000);
    expect(ageOf(ages)).toBeLessThanOrEqual(1_000);
  });
});
