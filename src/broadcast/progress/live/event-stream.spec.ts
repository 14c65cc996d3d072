import { Writable } from 'node:stream';
import { EventStream } from './event-stream.js';

/** A socket whose reader takes what was written when the test says so. */
class SlowSocket extends Writable {
  readonly written: string[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(highWaterMark: number) {
    super({ highWaterMark, decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    this.#waiting.push(done);
  }

  async readAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#waiting.shift()?.();
      await new Promise(setImmediate);
    }
  }
}

const opened = async (highWaterMark = 10_000) => {
  const socket = new SlowSocket(highWaterMark);
  let now = 0;
  const stream = new EventStream(socket, () => now);
  await socket.readAll();
  return { socket, stream, at: (ms: number) => (now = ms) };
};

describe('event-stream', () => {
  it('an event stream whose reader left before it began is closed to whoever asks', () => {
    const socket = new SlowSocket(10_000);
    socket.destroy();
    const stream = new EventStream(socket);
    let closed = 0;
    stream.onClose(() => closed++);
    expect([closed, stream.isReady]).toEqual([1, false]);
  });

  it('an event stream writes an event with its id and one line of data', async () => {
    const { socket, stream } = await opened();
    stream.send({ event: 'state', id: 7, data: '{"kind":"held"}' });
    expect(socket.written.at(-1)).toBe('event: state\nid: 7\ndata: {"kind":"held"}\n\n');
  });

  it('an event stream is not ready while its reader is behind, and ready again once it has caught up', async () => {
    const { socket, stream } = await opened(30);
    stream.send({ event: 'progress', data: 'x'.repeat(50) });
    expect(stream.isReady).toBe(false);
    await socket.readAll();
    expect(stream.isReady).toBe(true);
  });

  it('an event stream keeps a quiet connection alive with a comment, and does not disturb a busy one', async () => {
    const { socket, stream, at } = await opened();
    const before = socket.written.length;
    at(14_999);
    stream.tend();
    expect(socket.written).toHaveLength(before);
    at(15_000);
    stream.tend();
    expect(socket.written.at(-1)).toBe(':\n\n');
  });

  it('an event stream gives up a reader that has taken nothing for half a minute', async () => {
    const { socket, stream, at } = await opened(30);
    stream.send({ event: 'progress', data: 'x'.repeat(50) });
    at(29_999);
    stream.tend();
    expect(socket.destroyed).toBe(false);
    at(30_000);
    stream.tend();
    expect(socket.destroyed).toBe(true);
  });

  it('an event stream survives a connection that breaks, tells that it closed, and writes no more', async () => {
    const { socket, stream } = await opened();
    let closed = false;
    stream.onClose(() => (closed = true));
    socket.destroy(new Error('reset by peer'));
    await new Promise(setImmediate);
    const before = socket.written.length;
    stream.send({ event: 'state', data: '{}' });
    stream.tend();
    stream.end();
    expect(closed).toBe(true);
    expect(stream.isReady).toBe(false);
    expect(socket.written).toHaveLength(before);
  });
});
