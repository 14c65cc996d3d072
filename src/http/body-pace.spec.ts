import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { HttpConfig } from '../config/config.js';
import { markAdmitted } from './admitted.js';
import { boundBodies } from './bodies-under-way.js';
import { CONNECTION_BOUNDS, type ConnectionBounds } from './connection-bounds.js';
import { createAdapter } from './http.setup.js';

const LENGTH = 1_000;
const HEAD = `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${LENGTH}\r\n\r\n`;
const OPENING = '{"items":["';
const CLOSING = '"]}';
const FILLING = LENGTH - OPENING.length - CLOSING.length;

const PATIENT = { everyMs: 60_000, leastBytes: 1, wholeMs: 60_000 };

let server: FastifyInstance;

interface Options {
  readonly uploads?: ConnectionBounds['uploads'];
  readonly stranger?: boolean;
  readonly lists?: Readonly<Record<string, number>>;
  readonly roomBytes?: number;
}

async function listen({ uploads = PATIENT, stranger, lists, roomBytes }: Options): Promise<number> {
  const bounds = { ...CONNECTION_BOUNDS, requestMs: 200, checkEveryMs: 20, uploads };
  server = createAdapter(
    new HttpConfig(0, '127.0.0.1', undefined, []),
    bounds,
  ).getInstance<FastifyInstance>();
  server.addHook('onRequest', (request, _reply, done) => {
    if (!stranger) markAdmitted(request);
    done();
  });
  if (roomBytes !== undefined) boundBodies(server, roomBytes);
  // The one address that takes a body without a gate.
  server.post('/login', { config: { lists: lists ?? { items: 10 } } }, () => ({ seen: true }));
  await server.listen({ port: 0, host: '127.0.0.1' });
  return (server.server.address() as AddressInfo).port;
}
afterEach(() => server.close());

/** What comes back once the server has ended the connection. */
function upload(port: number, send: (socket: Socket) => Promise<void>): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(HEAD + OPENING);
      void send(socket);
    });
    socket.on('data', (bytes) => {
      answer += bytes.toString();
      if (/seen|too_many_bodies/.test(answer)) socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

/** Bytes one by one, for so long; then all that are left. */
const steadily =
  (forMs: number) =>
  async (socket: Socket): Promise<void> => {
    const until = performance.now() + forMs;
    let sent = 0;
    for (; performance.now() < until && sent < FILLING && socket.writable; sent++) {
      socket.write('x');
      await sleep(20);
    }
    if (socket.writable) socket.write('x'.repeat(FILLING - sent) + CLOSING);
  };
const notAtAll = (): Promise<void> => Promise.resolve();

describe('the body of a long list', () => {
  it('the body of a long list may come slowly, longer than others have, as long as it comes', async () => {
    const port = await listen({ uploads: { everyMs: 2_000, leastBytes: 1, wholeMs: 60_000 } });
    expect(await upload(port, steadily(5_000))).toMatch(/ 200 [^]*seen/);
  });

  it('the body of a long list that stops coming is ended, and its sender is told so', async () => {
    const port = await listen({ uploads: { ...PATIENT, everyMs: 100 } });
    const answer = await upload(port, notAtAll);
    expect(answer).toMatch(/ 408 [^]*application\/problem\+json/);
    expect(answer).toMatch(/"detail":"请求体发送得太慢.*too slowly/);
    expect(answer).toContain('"code":"request_timeout"');
  });

  it('the body of a long list that hardly comes is ended', async () => {
    const port = await listen({ uploads: { ...PATIENT, everyMs: 200, leastBytes: FILLING } });
    expect(await upload(port, steadily(30_000))).toMatch(/ 408 /);
  });

  it('the body of a long list that comes steadily is ended some time all the same', async () => {
    const port = await listen({ uploads: { ...PATIENT, wholeMs: 300 } });
    expect(await upload(port, steadily(30_000))).toMatch(/ 408 /);
  });

  it('the body of a long list of a stranger has no more time than any other', async () => {
    const port = await listen({ stranger: true });
    expect(await upload(port, steadily(30_000))).toMatch(/ 408 /);
  });

  it('the body of a long list where none is taken has no more time than any other', async () => {
    const port = await listen({ lists: {} });
    expect(await upload(port, steadily(30_000))).toMatch(/ 408 /);
  });

  it('the body of a long list takes room while it comes, and gives it back when it is ended', async () => {
    const port = await listen({
      uploads: { ...PATIENT, everyMs: 1_000 },
      roomBytes: LENGTH + 600,
    });
    const stalled = upload(port, notAtAll);
    await new Promise((resolve) => server.server.once('request', resolve));
    expect(await upload(port, steadily(0))).toMatch(/ 503 [^]*too_many_bodies/);
    expect(await stalled).toMatch(/ 408 /);
    expect(await upload(port, steadily(0))).toMatch(/ 200 /);
  });
});
