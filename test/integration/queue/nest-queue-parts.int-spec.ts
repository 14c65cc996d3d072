import { getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../../src/config/config.module.js';
import { LoggedQueue } from '../../../src/queue/logged-queue.js';
import { LoggedWorker } from '../../../src/queue/logged-worker.js';
import { QueueModule } from '../../../src/queue/queue.module.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';
import { testConfig } from '../../support/worlds/test-config.js';

const broken = (part: string, ours: string): string =>
  `@nestjs/bullmq has changed ${part}, on which ${ours} relies: read that file again before this version is taken`;

@Injectable()
@Processor('expand', { autorun: false, maxStalledCount: 7 })
class Work extends WorkerHost {
  process(): Promise<void> {
    return Promise.resolve();
  }
}

/** Statics and orders of events of Nest's module for BullMQ, which nothing but its source promises. */
describe('@nestjs/bullmq still', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  async function started() {
    const config = testConfig({ DATABASE_URL: database.url });
    @Module({
      imports: [ConfigModule.register(config), QueueModule.for('expand')],
      providers: [Work],
    })
    class Queued {}
    return NestFactory.createApplicationContext(Queued, { logger: false });
  }

  it('@nestjs/bullmq still makes its queues and workers of the classes that its statics name', async () => {
    const said = broken('queueClass or workerClass of BullModule', 'src/queue/queue.module.ts');
    const app = await started();
    const queue: unknown = app.get(getQueueToken('expand'), { strict: false });
    const { worker } = app.get(Work);
    expect({
      said,
      queue: queue instanceof LoggedQueue,
      worker: worker instanceof LoggedWorker,
    }).toEqual({ said, queue: true, worker: true });
    await app.close();
  });

  it('@nestjs/bullmq still gives a worker what its processor says, lets it wait for `run`, and takes its slots until then', async () => {
    const said = broken(
      'what it does with the options of a processor',
      'src/broadcast/engine/send/send-worker-host.ts',
    );
    const app = await started();
    const { worker } = app.get(Work);
    worker.concurrency = 17;
    expect({
      said,
      running: worker.isRunning(),
      slots: worker.concurrency,
      stalls: worker.opts.maxStalledCount,
    }).toEqual({ said, running: false, slots: 17, stalls: 7 });
    await app.close();
  });
});
