import type { Notice } from '../kernel/warning.js';
import { type Caller, may } from './caller.js';
import { type Permission, type Role, ROLES_WITH } from './permissions.js';

/** Whether somebody can do it now; if not, why, in words. */
export type Can = { readonly ok: true } | ({ readonly ok: false } & Notice);

/** One thing that can be done: the permission that its route declares, and what it is called. */
export interface Doable {
  readonly permission: Permission;
  readonly zh: string;
  readonly en: string;
}

const ROLE_NAMES: Readonly<Record<Role, string>> = {
  viewer: '只读',
  editor: '编辑',
  sender: '发送',
  admin: '管理员',
  support: '客服',
};

/** Who came in by no grant at all can do nothing. */
export const NOBODY: Caller = { kind: 'key', id: 0, name: '', grants: [] };

export const canOf = (why: Notice | undefined): Can =>
  why === undefined ? { ok: true } : { ok: false, ...why };

/** Undefined for who has the permission on the account. */
export function whyNotPermitted(
  caller: Caller,
  appid: string,
  { permission, zh, en }: Doable,
): Notice | undefined {
  if (may(caller, permission, appid)) return undefined;
  const roles: readonly Role[] = ROLES_WITH[permission];
  return {
    code: 'permission_required',
    params: { permission, roles: roles.join(' ') },
    zh: `你的角色不能${zh}，需要角色：${roles.map((role) => ROLE_NAMES[role]).join('、')}。请联系管理员。`,
    en: `Your role may not do that (${en}). It needs the role ${roles.join(' or ')}: ask an admin.`,
  };
}
