import type { Caller } from '../access/caller.js';
import { ACCESS } from '../../test/support/worlds/access-table.js';
import { ROLES_WITH } from '../access/permissions.js';
import type { Account } from './account.js';
import { ACCOUNT_ACTIONS, type AccountAction, accountCan } from './account-can.js';

const APPID = 'wx0000000000000001';
const SINCE = new Date('2026-11-30T12:00:00Z');
const FAULT: Account['fault'] = {
  code: 'token_secret_refused',
  errcode: 40125,
  rid: null,
  params: { errcode: 40125 },
  zh: '密钥错误。',
  en: 'The secret is wrong.',
  message: '密钥错误。 The secret is wrong.',
  since: SINCE.toISOString(),
};

const caller = (
  role: 'viewer' | 'editor' | 'sender' | 'admin',
  appids: readonly string[] | null = null,
): Caller => ({ kind: 'operator', id: 1, name: '王芳', grants: [{ appids, role }] });
const account = (more: Partial<Account> = {}): Account =>
  ({ appid: APPID, kind: 'service', heldAt: null, fault: null, ...more }) as Account;
const refusedOf = (
  who: Caller,
  about: Account,
  clearingsLeft: number | null = 10,
): Partial<Record<AccountAction, string>> =>
  Object.fromEntries(
    Object.entries(accountCan(who, { account: about, clearingsLeft })).flatMap(([action, can]) =>
      can.ok ? [] : [[action, can.code]],
    ),
  );

describe('what somebody can do to an account', () => {
  it.each<[string, Account, number | null, Partial<Record<AccountAction, string>>]>([
    ['all is well', account(), null, { lift: 'not_held' }],
    [
      'it is held',
      account({ heldAt: SINCE }),
      10,
      { hold: 'already_held', test: 'account_held', send: 'account_held' },
    ],
    [
      'it has a fault',
      account({ fault: FAULT }),
      10,
      {
        'sync-templates': 'account_faulted',
        'sync-followers': 'account_faulted',
        'refresh-quota': 'account_faulted',
        'clear-quota': 'account_faulted',
        test: 'account_faulted',
        'invite-tester': 'account_faulted',
        send: 'account_faulted',
      },
    ],
    [
      'it is a mini program',
      account({ kind: 'mini_program' }),
      10,
      {
        lift: 'not_held',
        'sync-followers': 'account_kind_without_followers',
        'invite-tester': 'account_kind_without_followers',
      },
    ],
    ['no clearing is left', account(), 0, { lift: 'not_held', 'clear-quota': 'no_clearings_left' }],
  ])('what an admin can do to an account, when %s', (_, about, clearingsLeft, refused) => {
    expect(refusedOf(caller('admin'), about, clearingsLeft)).toEqual(refused);
  });

  it('what somebody can do to an account depends on their role there, and says which it needs', () => {
    const codes = Object.values(refusedOf(caller('viewer'), account()));
    expect(codes).toHaveLength(Object.keys(ACCOUNT_ACTIONS).length);
    expect(new Set(codes)).toEqual(new Set(['permission_required']));
    expect(refusedOf(caller('admin', ['wx0000000000000002']), account())).toEqual(
      refusedOf(caller('viewer'), account()),
    );
    expect(accountCan(caller('sender'), { account: account(), clearingsLeft: 10 }).change).toEqual({
      ok: false,
      code: 'permission_required',
      params: { permission: 'account.manage', roles: 'admin' },
      zh: expect.stringContaining('管理员') as string,
      en: expect.stringContaining('the role admin') as string,
    });
  });

  it('what somebody can do to an account asks for what the routes ask for', () => {
    const routes: Readonly<Record<AccountAction, string>> = {
      change: 'PATCH /v1/accounts/:appid',
      delete: 'DELETE /v1/accounts/:appid',
      hold: 'POST /v1/accounts/:appid/hold',
      lift: 'POST /v1/accounts/:appid/lift',
      check: 'POST /v1/accounts/:appid/check',
      'sync-templates': 'POST /v1/accounts/:appid/templates/sync',
      'sync-followers': 'POST /v1/accounts/:appid/followers/sync',
      'refresh-quota': 'POST /v1/accounts/:appid/quota/refresh',
      'clear-quota': 'POST /v1/accounts/:appid/quota/clear',
      compose: 'POST /v1/broadcasts',
      test: 'POST /v1/broadcasts/test',
      'invite-tester': 'POST /v1/accounts/:appid/testers/invite',
      send: 'POST /v1/broadcasts/:id/start',
    };
    for (const [action, { permission }] of Object.entries(ACCOUNT_ACTIONS))
      expect({ action, roles: [...ROLES_WITH[permission]].sort() }).toEqual({
        action,
        roles: [...(ACCESS[routes[action as AccountAction]]?.roles ?? [])].sort(),
      });
  });
});
