import { createPostgresBackend, Worker } from 'bullmq';
import type { DatabaseConfig } from '../../../src/config/config.js';
import { LoggedWorker } from '../../../src/queue/logged-worker.js';
import { queueOptionsOnPostgres } from '../../../src/queue/queue-backend.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

/** What each of these would break, and where: a red test here is read by whoever raises BullMQ's version. */
const broken = (part: string, ours: string): string =>
  `BullMQ has changed ${part}, on which ${ours} relies: read that file again before this version is taken`;
const text = (method: unknown): string => String(method);

/**
 * Parts of BullMQ that its types or its manual do not promise, and that we override or set. Behaviour is tested where
 * it matters (logged-worker, queue-outage); this says in words which part an upgrade has changed.
 */
describe('BullMQ still has the private part', () => {
  const workerPrototype = Worker.prototype as unknown as Record<string, unknown>;

  it('BullMQ still has moveToActive of a worker, through which every job comes that no other job handed on', () => {
    const { _getNextJob: next, moveToActive } = workerPrototype;
    const said = broken('how a worker asks for its next job', 'src/queue/logged-worker.ts');
    const asks = text(next).match(/this\.moveToActive\(token, this\.opts\.name\)/g) ?? [];
    expect({ said, overridable: typeof moveToActive, asks: asks.length }).toEqual({
      said,
      overridable: 'function',
      asks: 2,
    });
  });

  it('BullMQ still has processJob of a worker, which the main loop calls and which answers with the next job', () => {
    const said = broken('how a worker runs a job', 'src/queue/logged-worker.ts');
    expect({
      said,
      looped: /this\.processJob\(job, token/.test(text(workerPrototype['mainLoop'])),
      handsOn: /return await this\.retryIfFailed\(/.test(text(workerPrototype['processJob'])),
      asksForNext: /\(job, token, fetchNextCallback = \(\) => true\)/.test(
        text(workerPrototype['processJob']),
      ),
    }).toEqual({ said, looped: true, handsOn: true, asksForNext: true });
  });

  it('the timers of a worker, which it stops when it closes, and only after its connections', () => {
    const said = broken('how a worker stops its timers', 'src/queue/logged-worker.ts');
    const { close, createLockManager, stalledChecker } = workerPrototype;
    const closes = text(close);
    expect({
      said,
      locks: /this\.lockManager = new \w*\.?LockManager/.test(text(createLockManager)),
      stalled: /this\.stalledCheckStopper = \(\) =>/.test(text(stalledChecker)),
      after: /whenCurrentJobsFinished[^]*lockManager\.close\(\)[^]*stalledCheckStopper/.test(
        closes,
      ),
    }).toEqual({ said, locks: true, stalled: true, after: true });
  });

  describe('of its PostgreSQL backend:', () => {
    let database: TestDatabase;
    let options: Awaited<ReturnType<typeof queueOptionsOnPostgres>>;
    let backendOptions: Parameters<typeof createPostgresBackend>[1];
    beforeAll(async () => {
      database = await createTestDatabase();
      options = await queueOptionsOnPostgres({
        url: database.url,
        embedded: false,
      } as DatabaseConfig);
      backendOptions = options as unknown as typeof backendOptions;
    });
    afterAll(() => database.drop());

    it('BullMQ’s PostgreSQL backend still has pgModule of its connection, of whose Client the listening one is made', async () => {
      const said = broken(
        'what its listening connection is made of (pgModule, getListenClient)',
        'src/queue/queue-backend.ts',
      );
      const backend = createPostgresBackend('parts', backendOptions);
      const { connection } = backend as unknown as {
        connection: Record<string, unknown> & { close(): Promise<void> };
      };
      try {
        expect({
          said,
          module: typeof connection['pgModule'],
          usedFor: /new this\.pgModule\.Client\(/.test(text(connection['getListenClient'])),
        }).toEqual({ said, module: 'object', usedFor: true });
      } finally {
        await backend.close();
      }
    });

    it('BullMQ’s PostgreSQL backend still has readyPromise of backend and connection, in which a first look is kept', async () => {
      const said = broken(
        'where it keeps its first look at the database (readyPromise)',
        'src/queue/queue-backend.ts',
      );
      const backend = createPostgresBackend('parts', backendOptions);
      const parts = [
        backend,
        (backend as unknown as { connection: object }).connection,
      ] as unknown as { readyPromise?: unknown; waitUntilReady(): Promise<void> }[];
      try {
        await backend.waitUntilReady();
        for (const part of parts)
          expect({ said, kept: part.readyPromise instanceof Promise }).toEqual({
            said,
            kept: true,
          });
        // Forgotten, it looks again.
        for (const part of parts) Object.assign(part, { readyPromise: undefined });
        await backend.waitUntilReady();
        for (const part of parts)
          expect({ said, again: part.readyPromise instanceof Promise }).toEqual({
            said,
            again: true,
          });
      } finally {
        await backend.close();
      }
    });

    it('BullMQ still has the PostgreSQL backend of a worker, which is closed when its worker’s end never comes', async () => {
      const said = broken('where a worker keeps its backend', 'src/queue/logged-worker.ts');
      const worker = new LoggedWorker('parts', () => Promise.resolve(), {
        ...options,
        autorun: false,
      });
      const { backend } = worker as unknown as { backend?: { close?: unknown } };
      await worker.close();
      expect({ said, closes: typeof backend?.close }).toEqual({ said, closes: 'function' });
    });

    it('BullMQ’s PostgreSQL backend still has a pool of its own that takes the client that it is told to take', async () => {
      const said = broken(
        'how options of a connection reach its pool (Client, max)',
        'src/queue/queue-backend.ts',
      );
      const backend = createPostgresBackend('parts', backendOptions);
      const { pool } = (backend as unknown as { connection: { pool?: { options?: object } } })
        .connection;
      const { Client, max } = options.connection as unknown as { Client: unknown; max: number };
      await backend.close();
      expect({ said, ...pool?.options }).toMatchObject({ said, Client, max });
    });
  });
});
