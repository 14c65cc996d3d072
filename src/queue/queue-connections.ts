import type { QueueConfig, RolesConfig } from '../config/config.js';
import { QUEUE_NAMES } from './queue-names.js';

/** Of each queue and of each worker, where BullMQ runs on the database. */
export const CONNECTIONS_EACH = 4;
/** A worker listens on one more. */
const LISTENING = 1;

/** How many connections to the database BullMQ may take in a process, at most. */
export function queueConnections(
  { redisUrl }: Pick<QueueConfig, 'redisUrl'>,
  { worker }: Pick<RolesConfig, 'worker'>,
): number {
  if (redisUrl !== undefined) return 0;
  const each = CONNECTIONS_EACH + (worker ? CONNECTIONS_EACH + LISTENING : 0);
  return QUEUE_NAMES.length * each;
}
