import { Logger } from '@nestjs/common';
import { race } from './race.js';
import { openScene, STEPS } from './race-steps.js';
import { RacesWorld } from './races-world.js';

/** A receipt that gives a delivery another try, and whatever ends the broadcast, at the same moment. */
describe('a delivery that is reopened', () => {
  let world: RacesWorld;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    world = await RacesWorld.open();
  });
  afterAll(() => world.close());

  const { match, finish, cancel } = STEPS;
  const open = () => openScene(world.engine, 'at its end', [match, finish]);

  it('a delivery that is reopened before its broadcast finishes keeps it open', async () => {
    const scene = await open();
    const { engine, one, other } = world;
    await race(
      engine,
      { worker: one, run: () => match.run(one, scene) },
      { worker: other, run: () => finish.run(other, scene) },
    );
    expect((await scene.broadcast()).state).toBe('running');
    expect(await engine.row(scene.id, 'toldbad')).toMatchObject({
      state: 'pending',
      attemptGroup: 1,
      msgid: null,
    });
    await scene.runToItsEnd(other);
    expect((await engine.row(scene.id, 'toldbad')).state).toBe('accepted');
  });

  it.each([
    ['finishes', finish],
    ['is cancelled', cancel],
  ] as const)(
    'a delivery that is reopened after its broadcast %s is none: it has failed',
    async (_, ends) => {
      const scene = await open();
      const { engine, one, other } = world;
      await race(
        engine,
        { worker: one, run: () => ends.run(one, scene) },
        { worker: other, run: () => match.run(other, scene) },
      );
      expect(await engine.row(scene.id, 'toldbad')).toMatchObject({
        state: 'failed',
        attemptGroup: 0,
      });
      await scene.runToItsEnd(other);
    },
  );

  it('a delivery that is reopened before its broadcast is cancelled is skipped with the others', async () => {
    const scene = await open();
    const { engine, one, other } = world;
    await race(
      engine,
      { worker: one, run: () => match.run(one, scene) },
      { worker: other, run: () => cancel.run(other, scene) },
    );
    await scene.runToItsEnd(other);
    expect((await engine.row(scene.id, 'toldbad')).state).toBe('skipped');
  });
});
