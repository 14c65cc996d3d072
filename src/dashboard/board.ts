import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { FastifyPluginAsync } from 'fastify';
import type { QueueName } from '../queue/queue-names.js';
import { type BoardPlace, boardPage } from './board-page.js';
import { BOARD_THEME } from './board-theme.js';
import { BOARD_WORDS_PATH, boardWords } from './board-words.js';
import { QUEUE_WORDS } from './queue-words.js';
import { shownJob } from './shown-job.js';

export const BOARD_PATH = '/queues';

const logger = new Logger('QueueDashboard');

/** Bull Board for the given queues. Each queue is read-only, so the routes that change something refuse. */
export function boardPlugin(
  queues: readonly (readonly [QueueName, Queue])[],
  place: BoardPlace,
): FastifyPluginAsync {
  const adapter = new FastifyAdapter();
  adapter.setBasePath(`${place.basePath}${BOARD_PATH}`);
  createBullBoard({
    queues: queues.map(([name, queue]) => shownQueue(name, queue)),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: '微播 · 队列',
        hideDocsLink: true,
        showWorkers: false,
        theme: BOARD_THEME,
      },
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
      done(null, isPage && typeof payload === 'string' ? boardPage(payload, place) : payload);
    });
    const words = boardWords();
    fastify.get(BOARD_WORDS_PATH, (_request, reply) => reply.send(words));
    await fastify.register(plugin);
  };
}

function shownQueue(name: QueueName, queue: Queue): BullMQAdapter {
  const { zh, en } = QUEUE_WORDS[name];
  const shown = new BullMQAdapter(queue, { readOnlyMode: true, description: `${zh} ${en}` });
  shown.setFormatter('data', (data) => shownJob(name, data));
  return shown;
}
