import type { QueueOptions } from 'bullmq';

/**
 * Lets nothing of BullMQ begin without a connection that was decided. Nest takes what could not be made for what was
 * left out, and BullMQ then takes 127.0.0.1:6379: a start that fails would knock there until the process ends.
 */
export function connectedOnly<Options extends Partial<QueueOptions>>(options: Options): Options {
  if (options.connection === undefined) throw new Error('a queue was opened without a connection');
  return options;
}
