import { QUEUE_NAMES } from '../queue/queue-names.js';
import { shownJob } from './shown-job.js';

describe('what the board shows of a job', () => {
  it('what the board shows of a job that sends is the row it looks at', () => {
    expect(shownJob('send', { b: 'b1', o: 'o1', n: 2 })).toEqual({
      broadcastId: 'b1',
      openid: 'o1',
      nudge: 2,
    });
  });

  it('what the board shows of a job of the inbox holds no word of what people wrote, nor what is sealed', () => {
    const receivedAt = Date.UTC(2026, 10, 30);
    const pushes = [
      { appid: 'wx1', accountId: 1, receivedAt, content: '<xml>oSECRET</xml>' },
      { appid: 'wx1', accountId: 1, receivedAt, sealed: 'c2VjcmV0' },
      { appid: 'wx2', accountId: 2, receivedAt, content: { base64: 'AAEC' } },
    ];
    expect(shownJob('inbox', { pushes })).toEqual({
      pushes: [
        { appid: 'wx1', receivedAt: '2026-11-30T00:00:00.000Z', kind: 'receipt', characters: 18 },
        { appid: 'wx1', receivedAt: '2026-11-30T00:00:00.000Z', kind: 'event', characters: 8 },
        { appid: 'wx2', receivedAt: '2026-11-30T00:00:00.000Z', kind: 'receipt', characters: 4 },
      ],
    });
  });

  it('what the board shows of a job to forward is whose push it is, and not the push', () => {
    const job = { appid: 'wx1', accountId: 1, receivedAt: 0, sealed: 'c2VjcmV0' };
    expect(JSON.stringify(shownJob('forward', job))).not.toContain('c2VjcmV0');
    expect(shownJob('forward', job)).toMatchObject({ appid: 'wx1', characters: 8 });
  });

  it.each(QUEUE_NAMES)(
    'what the board shows of a job of %s that is not one of ours is empty',
    (queue) => {
      for (const odd of [undefined, null, 'text', 7, { pushes: 'none', secret: 'x' }])
        expect(JSON.stringify(shownJob(queue, odd))).not.toMatch(/secret|text|none/);
    },
  );
});
