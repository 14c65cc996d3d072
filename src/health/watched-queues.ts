import { getQueueToken } from '@nestjs/bullmq';
import type { FactoryProvider } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { QUEUE_NAMES } from '../queue/queue-names.js';

export const WATCHED_QUEUES = Symbol('watched queues');

export const watchedQueues: FactoryProvider<readonly Queue[]> = {
  provide: WATCHED_QUEUES,
  inject: QUEUE_NAMES.map((name) => getQueueToken(name)),
  useFactory: (...queues: Queue[]) => queues,
};
