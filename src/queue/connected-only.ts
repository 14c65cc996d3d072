import type { QueueOptions } from 'bullmq';

/**
 * Refuses queues and workers whose options lack a connection. When making it failed, Nest passes none, and BullMQ
 * would then call 127.0.0.1:6379 until the process ends.
 */
export function connectedOnly<Options extends Partial<QueueOptions>>(options: Options): Options {
  if (options.connection === undefined) throw new Error('a queue was opened without a connection');
  return options;
}
