import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { randomUUID } from 'node:crypto';
import { type Bilingual, both } from '../kernel/bilingual.js';
import { PROBLEM_TYPE, problemOf } from './problem.js';

interface Broken {
  readonly status: number;
  readonly code: string;
  readonly detail: Bilingual;
}

/** By Node's code. */
const KNOWN: Readonly<Record<string, Broken>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request_timeout',
    detail: both(
      '请求发送得太慢，连接已关闭，请重试。',
      'The request took too long to arrive: send it again.',
    ),
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers_too_large',
    detail: both(
      '请求头过大，请减少请求头或 Cookie。',
      'The headers are too large: send fewer, or fewer cookies.',
    ),
  },
};

const MALFORMED: Broken = {
  status: 400,
  code: 'malformed_request',
  detail: both(
    '这不是合法的 HTTP 请求，请检查客户端或代理。',
    'This is no HTTP request: check the client, or the proxy between.',
  ),
};

/** Answers bytes that never became a request, in the form of every refusal, and ends the connection. */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, code, detail } = KNOWN[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify(problemOf({ status, code, detail }, randomUUID()));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ].join('\r\n');
  if (socket.writable) socket.write(`${head}\r\n\r\n${body}`);
  socket.destroySoon();
}
