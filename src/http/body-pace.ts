import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { isAdmitted } from './admitted.js';
import { listsOf, takesStream } from './body-bounds.js';
import type { ConnectionBounds } from './connection-bounds.js';
import { replyWithProblem } from './reply-with-problem.js';

/** Ends requests whose bodies come too slowly: small ones by their time, uploads of long lists by their progress. */
export function endSlowBodies(instance: FastifyInstance, bounds: ConnectionBounds): void {
  // Before the gate: a stranger's body may be slow as well, and never counts as an upload.
  instance.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) watch(request, reply, bounds);
    done();
  });
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Only a caller whom the gate has admitted may upload. */
const isUpload = (request: FastifyRequest): boolean =>
  isAdmitted(request) && (takesStream(request) || Object.keys(listsOf(request)).length > 0);

function watch(request: FastifyRequest, reply: FastifyReply, bounds: ConnectionBounds): void {
  const { raw } = request;
  const began = performance.now();
  let step = { began, bytes: raw.socket.bytesRead };
  const isTooSlow = (): boolean => {
    const now = performance.now();
    if (!isUpload(request)) return now - began > bounds.requestMs;
    const { everyMs, leastBytes, wholeMs } = bounds.uploads;
    if (now - began > wholeMs) return true;
    if (now - step.began < everyMs) return false;
    const { bytesRead } = raw.socket;
    if (bytesRead - step.bytes < leastBytes) return true;
    step = { began: now, bytes: bytesRead };
    return false;
  };
  const looks = setInterval(() => {
    if (raw.complete || raw.destroyed) return clearInterval(looks);
    if (!isTooSlow()) return;
    clearInterval(looks);
    end(request, reply);
  }, bounds.checkEveryMs).unref(); // An open connection keeps the process by itself.
  raw.once('close', () => clearInterval(looks));
}

function end(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) {
    request.raw.socket.destroy();
    return;
  }
  // The connection closes, because the rest of the body is not read.
  void reply.header('connection', 'close');
  replyWithProblem(tooSlow(), request, reply);
}

const tooSlow = (): DomainError =>
  new DomainError(
    'too-slow',
    'request_timeout',
    both(
      '请求体发送得太慢或已停止，连接已关闭：请重试，或分批发送。',
      'the body came too slowly, or not at all: send it again, or less at once',
    ),
  );
