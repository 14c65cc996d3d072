import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { FastifyPluginAsync } from 'fastify';

/** The page loads two fonts from a foreign host, which our content policy and closed networks refuse. */
const FOREIGN_FONTS = /<link[^>]*\bhref="https:\/\/fonts\.[^>]*>/g;

const logger = new Logger('QueueDashboard');

/** Bull Board for the given queues, at the path by which browsers know it. Each queue is read-only, so the routes that change something refuse. */
export function boardPlugin(queues: readonly Queue[], path: string): FastifyPluginAsync {
  const adapter = new FastifyAdapter();
  adapter.setBasePath(path);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: {
      uiConfig: { boardTitle: 'Weicast', hideDocsLink: true, showWorkers: false },
    },
  });
  adapter.setErrorHandler((err) => {
    logger.error({ err }, 'the dashboard could not answer a request');
    return { status: 500, body: { error: 'ERRORS.INTERNAL_SERVER_ERROR' } };
  });
  const plugin = adapter.registerPlugin();
  return async (fastify) => {
    fastify.addHook('onSend', (_request, reply, payload, done) => {
      const isPage = String(reply.getHeader('content-type')).startsWith('text/html');
      const page =
        isPage && typeof payload === 'string' ? payload.replace(FOREIGN_FONTS, '') : payload;
      done(null, page);
    });
    await fastify.register(plugin);
  };
}
