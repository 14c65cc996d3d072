import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Makers, Mark } from './left-behind.js';

/** Jest's own timers come and go beside ours. */
const PATIENCE_MS = 60_000;

describe('what a suite leaves behind', () => {
  it('a timer that is set is told until it is cleared, and where it was set', async () => {
    const [mark, makers] = [await Mark.set(), new Makers()];
    const timer = setTimeout(() => {}, 3_600_000);
    try {
      expect(await mark.leftAfter(0)).toContain('Timeout');
      expect(makers.stacks().join()).toContain('left-behind.spec');
    } finally {
      clearTimeout(timer);
      makers.stop();
    }
    expect(await mark.leftAfter(PATIENCE_MS)).toEqual([]);
  });

  it('what keeps no process alive is not told', async () => {
    const mark = await Mark.set();
    const timer = setTimeout(() => {}, 3_600_000).unref();
    expect(await mark.leftAfter(PATIENCE_MS)).toEqual([]);
    clearTimeout(timer);
  });

  it('what was there before is not told', async () => {
    const timer = setTimeout(() => {}, 3_600_000);
    const mark = await Mark.set();
    expect(await mark.leftAfter(PATIENCE_MS)).toEqual([]);
    clearTimeout(timer);
  });

  it('a server that is closing is given its time', async () => {
    const mark = await Mark.set();
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    expect(await mark.leftAfter(0)).toContain('TCPServerWrap');
    const told = mark.leftAfter(PATIENCE_MS);
    await sleep(100);
    server.close();
    expect(await told).toEqual([]);
  });
});
