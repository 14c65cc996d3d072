import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConfig } from '../../src/config/config.js';
import { LoggedQueue } from '../../src/queue/logged-queue.js';
import { LoggedWorker } from '../../src/queue/logged-worker.js';
import { queueOptionsOnPostgres } from '../../src/queue/queue-backend.js';
import { createTestDatabase } from '../support/database.js';

describe('a worker that closes', () => {
  it('waits for its jobs, for longer than it would for a connection', async () => {
    const database = await createTestDatabase();
    const options = await queueOptionsOnPostgres({
      url: database.url,
      embedded: false,
    } as DatabaseConfig);
    const queue = new LoggedQueue('slow', options);
    let ended = false;
    const begun = Promise.withResolvers<void>();
    const worker = new LoggedWorker(
      'slow',
      async () => {
        begun.resolve();
        await sleep(3_500);
        ended = true;
      },
      options,
    );
    await queue.add('job', {});
    await begun.promise;
    await worker.close();
    expect(ended).toBe(true);
    await queue.close();
    await database.drop();
  });
});
