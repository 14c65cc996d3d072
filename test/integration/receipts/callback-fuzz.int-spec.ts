import { InboxWorkerModule } from '../../../src/inbox/inbox.worker.module.js';
import { fuzzCallback, fuzzSeed } from '../../support/wechat/callback-fuzz.js';
import { CallbackWorld } from '../../support/worlds/callback-world.js';
import { FUZZINGS } from '../../support/wechat/push-fuzz.js';

const COUNT = 5_000;

describe('the callback among mutated pushes', () => {
  let world: CallbackWorld;
  beforeAll(async () => {
    world = await CallbackWorld.open({ redisUrl: undefined }, InboxWorkerModule);
  });
  afterAll(() => world.close());

  it('the callback among mutated pushes stores what honest ones say and nothing else, and answers each as it must', async () => {
    const { done, honest, ...report } = await fuzzCallback(world, fuzzSeed(), COUNT);

    // FUZZ_SEED plays it again.
    const { seed } = report;
    expect(report).toEqual({ seed, wrongAnswers: [], falseRows: [], lost: [] });
    expect(FUZZINGS.filter((what) => !done.has(what))).toEqual([]);
    expect(honest).toBeGreaterThan(COUNT / 10);
  });
});
