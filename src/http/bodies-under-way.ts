import type { FastifyInstance, FastifyRequest } from 'fastify';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { ByteCapacity } from './byte-capacity.js';
import { replyWithProblem } from './reply-with-problem.js';

/** Of bodies that are being read or worked on; a body is parsed into about three times as much. */
const ROOM_BYTES = 256 * 1024 * 1024;

/** Refuses a body when there are too many under way. Each counts as what it announces, or may have at most. */
export function boundBodies(instance: FastifyInstance, roomBytes = ROOM_BYTES): void {
  const room = new ByteCapacity(roomBytes);
  // After the gate, which stands in `onRequest`: strangers take no room but that of the login.
  instance.addHook('preParsing', (request, reply, _payload, done) => {
    const bytes = announced(request);
    // Who left at the gate is not heard to leave again: what it held would be held for ever.
    if (bytes === 0 || reply.raw.destroyed) return done();
    const held = room.hold();
    if (!held.add(bytes)) {
      void reply.header('retry-after', '5');
      // Answered here, as at the gate: a plugin has an error handler of its own.
      return replyWithProblem(busy(), request, reply);
    }
    reply.raw.once('close', held.release);
    done();
  });
}

function announced({ headers, routeOptions }: FastifyRequest): number {
  const most = routeOptions.bodyLimit ?? 0;
  if (headers['transfer-encoding'] !== undefined) return most;
  return Math.min(Number(headers['content-length'] ?? 0), most);
}

const busy = (): DomainError =>
  new DomainError(
    'unavailable',
    'too_many_bodies',
    both(
      '正在处理的大请求过多，请过几秒再试。',
      'too many large requests are under way: try again in a few seconds',
    ),
  );
