import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { endConnectionsOnClose } from './connections-end.js';

describe('a server that closes', () => {
  let server: FastifyInstance;
  let answer: () => void;
  let asked: Promise<void>;
  const agent = new Agent({ keepAlive: true });

  beforeEach(async () => {
    server = fastify();
    endConnectionsOnClose(server);
    const answered = new Promise<void>((resolve) => (answer = resolve));
    asked = new Promise((resolve) =>
      server.get('/', async () => {
        resolve();
        await answered;
        return 'answer';
      }),
    );
    await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    agent.destroy();
    await server.close();
  });

  const port = () => (server.server.address() as AddressInfo).port;

  it('a server that closes ends the connection of a request under way with its answer', async () => {
    const call = request({ port: port(), host: '127.0.0.1', agent }).end();
    await asked;
    const closed = server.close();
    setTimeout(answer, 100);
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    expect(Buffer.concat(await response.toArray()).toString()).toBe('answer');
    await closed; // the client, which would go on, keeps it open for 72 seconds otherwise
  }, 60_000);

  it('a server that closes waits five seconds at most for the rest of a request', async () => {
    const socket = connect(port(), '127.0.0.1').on('error', () => {});
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf');
    await once(server.server, 'request');
    await server.close();
    socket.destroy();
  }, 60_000);
});
