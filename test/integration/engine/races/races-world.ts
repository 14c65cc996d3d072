import { createTestDatabase } from '../../../support/stores/database.js';
import { EngineWorker } from '../../../support/worlds/engine-worker.js';
import { EngineWorld } from '../../../support/worlds/engine-world.js';
import { recordMoves } from './race-books.js';

/** A database, and three workers on it whose commits can be made to stand. */
export class RacesWorld {
  private constructor(
    readonly engine: EngineWorld,
    readonly one: EngineWorker,
    readonly other: EngineWorker,
    readonly third: EngineWorker,
  ) {}

  static async open(): Promise<RacesWorld> {
    const database = await createTestDatabase();
    const engine = await EngineWorld.open(database);
    await recordMoves(engine);
    const worker = (name: string) => EngineWorker.open(database.url, name);
    return new RacesWorld(
      engine,
      await worker('one'),
      await worker('other'),
      await worker('third'),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.one, this.other, this.third].map((worker) => worker.close()));
    await this.engine.close();
  }
}
