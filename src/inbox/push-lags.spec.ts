import { lagsOf } from './push-lags.js';
import type { SortedPush } from './sorted-push.js';

const NOW = new Date('2026-11-21T10:00:10Z');

const receipt = (createTime: string, receivedAt: string): SortedPush => ({
  push: { appid: 'wx1', accountId: 1, receivedAt: Date.parse(receivedAt), content: '' },
  event: {
    kind: 'receipt',
    openid: 'o1',
    msgid: '1',
    createTime: new Date(createTime),
    status: 'success',
  },
  content: Buffer.alloc(0),
  hasOriginal: false,
  isOwn: true,
});

describe('the lags of a batch of pushes', () => {
  it('the lags of a batch of pushes are those of its oldest push and its oldest receipt', () => {
    const batch = [
      receipt('2026-11-21T10:00:08Z', '2026-11-21T10:00:08.500Z'),
      receipt('2026-11-21T10:00:05Z', '2026-11-21T10:00:09.750Z'),
    ];

    expect(lagsOf(batch, NOW)).toEqual({ inbox: 1.5, receipt: 5 });
  });

  it('the lags of a batch of pushes know what subscription messages report as receipts', () => {
    const sent: SortedPush = {
      ...receipt('2026-11-21T10:00:08Z', '2026-11-21T10:00:09Z'),
      event: {
        kind: 'sent',
        openid: 'o1',
        createTime: new Date('2026-11-21T10:00:04Z'),
        items: [],
        faults: [],
      },
    };

    expect(lagsOf([sent], NOW)).toEqual({ inbox: 1, receipt: 6 });
  });

  it('the lags of a batch of pushes know nothing of receipts where there is none', () => {
    const dead: SortedPush = {
      ...receipt('2026-11-21T10:00:08Z', '2026-11-21T10:00:09Z'),
      event: { kind: 'dead', reason: 'not XML' },
    };

    expect(lagsOf([dead], NOW)).toEqual({ inbox: 1, receipt: undefined });
    expect(lagsOf([], NOW)).toEqual({ inbox: undefined, receipt: undefined });
  });

  it('the lags of a batch of pushes are never below zero: clocks of two machines differ a little', () => {
    const ahead = receipt('2026-11-21T10:00:11Z', '2026-11-21T10:00:10.100Z');

    expect(lagsOf([ahead], NOW)).toEqual({ inbox: 0, receipt: 0 });
  });
});
