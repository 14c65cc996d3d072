import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { connectRedis, parseRedisUrl } from './redis-address.js';

/** A Redis that was demoted: what it answers to a write over the first connection, and that its successor takes it. */
class DemotedRedis {
  connections = 0;
  readonly #sockets: Socket[] = [];
  readonly #server: Server;

  constructor(refusal: string) {
    this.#server = createServer((socket) => {
      this.#sockets.push(socket);
      const isDemoted = ++this.connections === 1;
      socket
        .on('error', () => {})
        .on('data', (chunk) => {
          for (const command of commandsIn(chunk.toString())) {
            if (command === 'info') socket.write('$9\r\nloading:0\r\n');
            else socket.write(command === 'set' && isDemoted ? `-${refusal}\r\n` : '+OK\r\n');
          }
        });
    }).listen(0, '127.0.0.1');
  }

  async url(): Promise<string> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The names of the commands in a chunk; arrays of bulk strings, as ioredis sends them. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)].map(([, name = '']) => name.toLowerCase());

describe('a Redis that lost its place', () => {
  it.each([
    "READONLY You can't write against a read only replica.",
    "ERR Error running script (call to f_0123456789abcdef0123456789abcdef01234567): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    '-MASTERDOWN Link with MASTER is down',
    'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
  ])(
    'a Redis that lost its place is left for its successor, which is asked again: %s',
    async (refusal) => {
      const redis = new DemotedRedis(refusal);
      const client = connectRedis(parseRedisUrl(await redis.url()), { maxRetriesPerRequest: null });
      try {
        expect(await client.set('a', 'b')).toBe('OK');
        expect(redis.connections).toBe(2);
      } finally {
        client.disconnect();
        redis.close();
      }
    },
  );

  it('a Redis that lost its place is not left for another fault', async () => {
    const redis = new DemotedRedis('ERR syntax error');
    const client = connectRedis(parseRedisUrl(await redis.url()), { maxRetriesPerRequest: null });
    try {
      await expect(client.set('a', 'b')).rejects.toThrow('syntax');
      expect(redis.connections).toBe(1);
    } finally {
      client.disconnect();
      redis.close();
    }
  });
});
