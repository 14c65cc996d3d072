import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ByteCapacity } from '../http/byte-capacity.js';
import { BodyNotTaken, BodyTooLarge, readBody } from './read-body.js';

const server = createServer();
beforeAll(async () => void (await once(server.listen(0, '127.0.0.1'), 'listening')));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A request as it comes in, of which only so much is sent. */
async function incoming(part: string, whole = true): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', method: 'POST' });
  sent.on('error', () => {});
  sent.write(part);
  if (whole) sent.end();
  const [message] = (await once(server, 'request')) as [IncomingMessage];
  return message;
}

const bounds = (room: ByteCapacity, limitBytes = 1_000, patienceMs = 30_000) => ({
  limitBytes,
  patienceMs,
  held: room.hold(),
});

describe('the body of a push', () => {
  it('the body of a push is counted among all that are held, until it is let go', async () => {
    const room = new ByteCapacity(10_000);
    const { held, ...rest } = bounds(room);
    const body = await readBody(await incoming('hello'), { held, ...rest });

    expect(body.toString()).toBe('hello');
    expect(room.held).toBeGreaterThanOrEqual(5);
    held.release();
    held.release();
    expect(room.held).toBe(0);
  });

  it('the body of a push is not taken where there is no room for it', async () => {
    const room = new ByteCapacity(600);
    const reading = readBody(await incoming('x'.repeat(500)), bounds(room));
    await expect(reading).rejects.toThrow(BodyNotTaken);
  });

  it('the body of a push is refused as soon as it is too long', async () => {
    const reading = readBody(
      await incoming('x'.repeat(500), false),
      bounds(new ByteCapacity(1e6), 99),
    );
    await expect(reading).rejects.toThrow(BodyTooLarge);
  });

  it('the body of a push is given up when it does not end in time', async () => {
    const reading = readBody(await incoming('x', false), bounds(new ByteCapacity(1e6), 99, 50));
    await expect(reading).rejects.toThrow('not whole after 50 ms');
  });
});
