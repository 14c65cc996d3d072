import type { FastifyReply } from 'fastify';
import { EventStream } from './event-stream.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would otherwise collect events until its buffer is full
  'x-accel-buffering': 'no',
};

/** Turns the answer into a stream of events. */
export function openStream(reply: FastifyReply): EventStream {
  reply.hijack();
  reply.raw.writeHead(200, { ...outgoing(reply), ...HEADERS });
  return new EventStream(reply.raw);
}

/** What hooks have put on the answer would be lost with a hijacked reply. */
const outgoing = (reply: FastifyReply): Record<string, number | string | string[]> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
