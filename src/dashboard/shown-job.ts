import type { QueueName } from '../queue/queue-names.js';

type Data = Readonly<Record<string, unknown>>;

/**
 * What the board shows of a job's data: names instead of the letters that save memory, and of pushes only whose they
 * are, when they came and how long they are. What people wrote and what is sealed stays in the queue.
 */
export function shownJob(queue: QueueName, data: unknown): Data {
  const given = recordOf(data);
  switch (queue) {
    case 'send':
    case 'send-first':
      return { broadcastId: given['b'], openid: given['o'], nudge: given['n'] };
    case 'expand':
      return { broadcastId: given['broadcastId'] };
    case 'work':
      return { accountId: given['accountId'] };
    case 'inbox':
      return { pushes: listOf(given['pushes']).map(shownPush) };
    case 'forward':
      return shownPush(given);
  }
}

const shownPush = (push: unknown): Data => {
  const { appid, receivedAt, content, sealed } = recordOf(push);
  return {
    appid,
    receivedAt: typeof receivedAt === 'number' ? new Date(receivedAt).toISOString() : undefined,
    kind: content === undefined ? 'event' : 'receipt',
    characters: lengthOf(content ?? sealed),
  };
};

const lengthOf = (carried: unknown): number =>
  typeof carried === 'string' ? carried.length : lengthOf(recordOf(carried)['base64'] ?? '');

const recordOf = (value: unknown): Data =>
  typeof value === 'object' && value !== null ? (value as Data) : {};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
