import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import type { Caller } from './caller.js';
import type { Needs } from './needs.decorator.js';
import { ROLES_WITH } from './permissions.js';

/** The refusal of a caller who may see the account, and lacks the permission there; `ask` are people who can give it. */
export function permissionRequired(
  caller: Caller | undefined,
  needs: Needs | undefined,
  appid?: string,
  ask: readonly string[] = [],
): DomainError {
  const { permission = 'self', everywhere = false } = needs ?? {};
  const roles: readonly string[] = ROLES_WITH[permission];
  const [zhWhere, enWhere] = whereOf(everywhere, appid);
  return new DomainError(
    'forbidden',
    'permission_required',
    both(
      `需要权限 "${permission}"（角色 ${roles.join('、')}）${zhWhere}，"${caller?.name ?? ''}" 没有，请联系${ask.length === 0 ? '管理员' : ask.join('、')}授权。`,
      `This needs the permission "${permission}" (role ${roles.join(' or ')}) ${enWhere}, which "${caller?.name ?? ''}" does not have: ask ${ask.length === 0 ? 'an admin' : ask.join(' or ')} for it.`,
      {
        permission,
        roles: roles.join(' '),
        name: caller?.name ?? '',
        ask: ask.join(' '),
        ...(appid !== undefined && { appid }),
      },
    ),
    { details: { permission, roles, ask, ...(appid !== undefined && { appid }) } },
  );
}

const whereOf = (everywhere: boolean, appid: string | undefined): [zh: string, en: string] => {
  if (everywhere) return ['，且须覆盖全部公众号', 'on all accounts'];
  if (appid !== undefined) return [`，公众号 ${appid}`, `on the account ${appid}`];
  return ['', 'on an account'];
};

/** Of somebody who came in by a one-time password: others may have seen it. */
export const passwordChangeRequired = (): DomainError =>
  new DomainError(
    'forbidden',
    'password_change_required',
    both(
      '请先修改一次性密码（POST /v1/me/password）。',
      'Change the one-time password first (POST /v1/me/password).',
    ),
  );
