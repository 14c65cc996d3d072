import { Logger } from '@nestjs/common';
import { race } from './race.js';
import { openScene, type RaceStep, STEPS, type StepName } from './race-steps.js';
import { RacesWorld } from './races-world.js';

const NAMES = Object.keys(STEPS) as StepName[];
/** What has something to do while nothing is open. */
const IN_THE_END = NAMES.filter(
  (name) => name !== 'release' && name !== 'claim' && name !== 'settle',
);
const pairsOf = (names: readonly StepName[]) =>
  names.flatMap((first) => names.map((second) => [first, second] as const));

describe('the first stands before its commit while the second runs', () => {
  let world: RacesWorld;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    world = await RacesWorld.open();
  });
  afterAll(() => world.close());

  const meet = async (
    when: Parameters<typeof openScene>[1],
    first: RaceStep,
    second: RaceStep,
  ): Promise<void> => {
    const { engine, one, other } = world;
    const scene = await openScene(engine, when, [first, second]);
    await race(
      engine,
      { worker: one, passing: first.passing ?? 0, run: () => first.run(one, scene) },
      { worker: other, run: () => second.run(other, scene) },
    );
    await scene.expectOrder();
    await scene.expectNothingToGoOut(other);
    await scene.runToItsEnd(other);
  };

  describe('in full swing', () => {
    it.each(pairsOf(NAMES))(
      '%s stands before its commit while %s runs in full swing, and both come out right',
      (first, second) => meet('in full swing', STEPS[first], STEPS[second]),
    );
  });

  describe('with nothing open any more', () => {
    it.each(pairsOf(IN_THE_END))(
      '%s stands before its commit while %s runs with nothing open any more, and both come out right',
      (first, second) => meet('at its end', STEPS[first], STEPS[second]),
    );
  });
});
