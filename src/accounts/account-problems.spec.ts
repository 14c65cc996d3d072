import type { Account } from './account.js';
import type { AccountHealth } from './account-health.js';
import { accountProblems, type KnownHealth } from './account-problems.js';
import type { CallbackRecord } from './callback-state.js';

const NOTHING_KNOWN: AccountHealth = {
  token: null,
  quota: null,
  paths: null,
  clearings: null,
  templates: null,
  followers: null,
  interceptions: null,
  review: null,
  unheard: null,
};

const problemsWith = (health: Partial<AccountHealth>, now: string) =>
  accountProblems({
    account: {
      appid: 'wx0000000000000001',
      fault: null,
      pushAt: new Date('2026-11-20T00:00:00Z'),
    } as Account & CallbackRecord,
    health: { ...NOTHING_KNOWN, ...health },
    callbackUrl: null,
    callbackUrlFaults: [],
    callbackFault: null,
    ip: null,
    now: new Date(now),
  } satisfies KnownHealth);

describe('the problems of an account', () => {
  it.each([
    ['is told the same day', '2026-11-20T16:00:00Z', ['path_quota_spent']],
    ['was told before midnight in Beijing is not of today', '2026-11-20T15:59:59Z', []],
  ])('a path that is used up as WeChat %s', (_, askedAt, codes) => {
    const quota = {
      day: '2026-11-21',
      resetsAt: new Date('2026-11-21T16:00:00Z'),
      limit: 100,
      perDay: 100,
      ours: 0,
      others: 0,
      left: 100,
      spent: false,
      learnedAt: null,
    };
    const path = { path: '/p', limit: 10, used: 10, errcode: null, askedAt: new Date(askedAt) };
    const found = problemsWith({ quota, paths: [path] }, '2026-11-20T20:00:00Z');
    expect(found.map(({ code }) => code)).toEqual(codes);
  });

  it('the problems of an account call those who follow it 粉丝, as every page does', () => {
    for (const failedAt of [null, new Date('2026-11-20T00:00:00Z')])
      for (const { zh, fix } of problemsWith(
        { followers: { syncedAt: null, failedAt } },
        '2026-11-21T00:00:00Z',
      )) {
        expect(zh).toContain('粉丝');
        expect(fix.zh).toContain('粉丝');
      }
  });
});
