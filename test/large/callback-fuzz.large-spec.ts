import { InboxWorkerModule } from '../../src/inbox/inbox.worker.module.js';
import { fuzzCallback, fuzzSeed } from '../support/wechat/callback-fuzz.js';
import { CallbackWorld } from '../support/worlds/callback-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

const COUNT = 100_000;

describeBothQueues('the callback among a hundred thousand mutated pushes', (backend) => {
  let world: CallbackWorld;
  beforeAll(async () => {
    world = await CallbackWorld.open(backend, InboxWorkerModule);
  });
  afterAll(() => world.close());

  it('the callback among a hundred thousand mutated pushes stores what honest ones say and nothing else, and answers each as it must', async () => {
    const { honest, seed, wrongAnswers, falseRows, lost } = await fuzzCallback(
      world,
      fuzzSeed(),
      COUNT,
    );

    // FUZZ_SEED plays it again.
    expect({ seed, wrongAnswers, falseRows, lost }).toEqual({
      seed,
      wrongAnswers: [],
      falseRows: [],
      lost: [],
    });
    expect(honest).toBeGreaterThan(COUNT / 10);
  });
});
