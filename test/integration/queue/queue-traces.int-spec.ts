import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { TracesConfig } from '../../../src/config/config.js';
import { QueueTraces } from '../../../src/queue/queue-traces.js';
import { describeWithRedis, uniquePrefix } from '../../support/stores/redis.js';

interface Span {
  readonly name: string;
  readonly attributes: { readonly key: string }[];
  readonly traceId: string;
}

describe('traces of the queues', () => {
  it('traces of the queues are off where no collector is named', async () => {
    expect(await new QueueTraces(new TracesConfig(undefined, 1)).options()).toEqual({});
  });
});

describeWithRedis('traces of a job', (redisUrl) => {
  let collector: Server;
  const spans: Span[] = [];

  beforeAll(async () => {
    collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          spans.push(...spansIn(Buffer.concat(chunks).toString('utf8')));
          response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        });
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
  });

  afterAll(() => {
    collector.close();
    // The exporter keeps its connection.
    collector.closeAllConnections();
  });

  it('traces of a job reach the collector as one trace, from the add to the work', async () => {
    const { port } = collector.address() as AddressInfo;
    const traces = new QueueTraces(new TracesConfig(`http://127.0.0.1:${port}`, 1));
    const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
    const options = { connection, prefix: uniquePrefix(), ...(await traces.options()) };
    const queue = new Queue('traced', options);
    const worker = new Worker('traced', () => Promise.resolve(), options);
    const worked = once(worker, 'completed');

    await queue.addBulk([{ name: 's', data: {}, opts: { jobId: 'broadcast-openid-1' } }]);
    await worked;
    await worker.close();
    await queue.close();
    connection.disconnect();
    await traces.onApplicationShutdown();

    const added = spans.find(({ name }) => name.startsWith('addBulk'));
    const processed = spans.find(({ name }) => name.startsWith('process'));
    expect(added).toBeDefined();
    expect(processed?.traceId).toBe(added?.traceId);
    expect(processed?.attributes.map(({ key }) => key)).toContain('bullmq.queue.name');
    // A job's id names its recipient.
    expect(JSON.stringify(spans)).not.toContain('openid');
  });
});

function spansIn(body: string): Span[] {
  const { resourceSpans } = JSON.parse(body) as {
    resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
  };
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
}
