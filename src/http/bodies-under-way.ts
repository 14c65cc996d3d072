import type { FastifyInstance, FastifyRequest } from 'fastify';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { ByteCapacity } from './byte-capacity.js';
import { replyWithProblem } from './reply-with-problem.js';

/** For all bodies that are being read or worked on; parsed, a body takes about three times as much. */
const CAPACITY_BYTES = 256 * 1024 * 1024;

/** Refuses a body when too many are under way. Each counts as the size it announces, else as the route's limit. */
export function boundBodies(instance: FastifyInstance, capacityBytes = CAPACITY_BYTES): void {
  const capacity = new ByteCapacity(capacityBytes);
  // After the gate, which runs in `onRequest`: of strangers only the login's bodies count.
  instance.addHook('preParsing', (request, reply, _payload, done) => {
    const bytes = announced(request);
    // For a client that is gone already no `close` follows: its bytes would be held for ever.
    if (bytes === 0 || reply.raw.destroyed) return done();
    const held = capacity.hold();
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
  const limit = routeOptions.bodyLimit ?? 0;
  if (headers['transfer-encoding'] !== undefined) return limit;
  return Math.min(Number(headers['content-length'] ?? 0), limit);
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
