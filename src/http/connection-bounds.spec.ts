import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { HttpConfig } from '../config/config.js';
import { boundBodies } from './bodies-under-way.js';
import { CONNECTION_BOUNDS } from './connection-bounds.js';
import { createAdapter } from './http.setup.js';

const SHORT = {
  ...CONNECTION_BOUNDS,
  headersMs: 100,
  requestMs: 200,
  idleMs: 100,
  checkEveryMs: 20,
  connections: 3,
};

const PATIENT = { ...SHORT, headersMs: 60_000, requestMs: 60_000 };

let server: FastifyInstance;
async function listen(bounds = SHORT): Promise<number> {
  const adapter = createAdapter(new HttpConfig(0, '127.0.0.1', undefined, []), bounds);
  server = adapter.getInstance<FastifyInstance>();
  // The one public address that takes a body.
  server.post('/login', () => ({ seen: true }));
  await server.listen({ port: 0, host: '127.0.0.1' });
  return (server.server.address() as AddressInfo).port;
}
afterEach(() => server.close());

/** What comes back for bytes written by hand, once the server has ended the connection. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
  });
}

const head = (length: number): string =>
  `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

describe('a connection', () => {
  it('a connection that says nothing is ended', async () => {
    expect(await exchange(await listen(), '')).not.toMatch(/^HTTP\/1.1 2/);
  });

  it('a connection whose headers do not end is ended', async () => {
    expect(await exchange(await listen(), 'GET / HTTP/1.1\r\nHost: x\r\n')).toMatch(
      / 408 [^]*problem\+json[^]*"detail":"请求发送得太慢.*too long.*"code":"request_timeout"/,
    );
  });

  it.each([
    ['is no HTTP', 'hello\r\n\r\n', / 400 [^]*不是合法的 HTTP.*no HTTP.*malformed_request/],
    [
      'has headers without end',
      `GET / HTTP/1.1\r\nHost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
      / 431 [^]*请求头过大.*too large.*headers_too_large/,
    ],
  ])('a connection that %s is told so in both languages, and ended', async (_, bytes, answer) => {
    expect(await exchange(await listen(PATIENT), bytes)).toMatch(answer);
  });

  it('a connection whose body does not end is ended', async () => {
    expect(await exchange(await listen(), `${head(100)}{`)).toMatch(/ 408 /);
  });

  it('a connection that has been answered and asks nothing more is ended', async () => {
    expect(await exchange(await listen(), `${head(2)}{}`)).toMatch(/ 200 [^]*seen/);
  });

  it('a connection beyond the most that there may be is not taken', async () => {
    const port = await listen({ ...SHORT, headersMs: 60_000, requestMs: 60_000 });
    const silent = [1, 2, 3].map(() => exchange(port, ''));

    expect(await exchange(port, `${head(2)}{}`)).toBe('');
    server.server.closeAllConnections();
    await Promise.all(silent);
  });

  it('a connection has ten seconds for headers and thirty for a body', () => {
    expect(CONNECTION_BOUNDS).toMatchObject({ headersMs: 10_000, requestMs: 30_000 });
  });
});

describe('bodies under way', () => {
  it('bodies under way are bounded in sum: one too many is told to come again', async () => {
    const adapter = createAdapter(new HttpConfig(0, '127.0.0.1', undefined, []));
    server = adapter.getInstance<FastifyInstance>();
    boundBodies(server, 2_000);
    server.post('/login', () => ({ seen: true }));
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    const close = (length: number): string =>
      head(length).replace('Host', 'Connection: close\r\nHost');
    const slow = exchange(port, `${head(1_000)}{`);

    expect(await exchange(port, `${close(900)}{"a":"${'x'.repeat(892)}"}`)).toMatch(
      / 503 [^]*too_many_bodies/,
    );
    server.server.closeAllConnections();
    await slow;
    expect(await exchange(port, `${close(900)}{"a":"${'x'.repeat(892)}"}`)).toMatch(/ 200 /);
  });

  it('bodies under way take no room for a client that left while it was looked up who it is', async () => {
    const adapter = createAdapter(new HttpConfig(0, '127.0.0.1', undefined, []));
    server = adapter.getInstance<FastifyInstance>();
    const asked = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    const passed = Promise.withResolvers<void>();
    server.addHook('onRequest', async (request) => {
      if (request.headers['x-slow'] === undefined) return;
      asked.resolve();
      await told.promise;
    });
    boundBodies(server, 2_000);
    server.addHook('preParsing', (_request, _reply, _payload, done) => {
      passed.resolve();
      done();
    });
    server.post('/login', () => ({ seen: true }));
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;

    const leaving = exchange(port, `${head(1_000).replace('Host', 'X-Slow: 1\r\nHost')}{`);
    await asked.promise;
    server.server.closeAllConnections();
    await leaving;
    told.resolve();
    await passed.promise;
    const whole = head(900).replace('Host', 'Connection: close\r\nHost');
    expect(await exchange(port, `${whole}{"a":"${'x'.repeat(892)}"}`)).toMatch(/ 200 /);
  });
});
