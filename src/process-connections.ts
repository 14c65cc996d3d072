import type { QueueConfig, RolesConfig } from './config/config.js';
import { queueConnections } from './queue/queue-connections.js';

/** Of the embedded server, beside the service's own: three that PostgreSQL keeps back, commands, a backup, psql. */
export const CONNECTIONS_BESIDE = 26;

interface Asked {
  /** Of each of the two pools. */
  readonly poolSize: number;
  readonly queue: Pick<QueueConfig, 'redisUrl'>;
  readonly roles: Pick<RolesConfig, 'worker'>;
}

/** The most connections to the database that a process may take: two pools, and BullMQ's where it runs there. */
export const processConnections = ({ poolSize, queue, roles }: Asked): number =>
  2 * poolSize + queueConnections(queue, roles);
