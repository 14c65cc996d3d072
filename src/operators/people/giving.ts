import { appidsFor, type Caller, type Grant } from '../../access/caller.js';
import { PERMISSIONS, roleHas } from '../../access/permissions.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

/** Whoever gives rights: a caller, or the service's own command, which has the database itself. */
export type Giver = Caller | 'command';

/** Nobody gives what they do not have: each permission of the role, on each of the accounts. */
export function mayGive(giver: Giver, { appids, role }: Grant): boolean {
  if (giver === 'command') return true;
  return PERMISSIONS.filter((permission) => roleHas(role, permission)).every((permission) => {
    if (permission === 'self') return true;
    const own = appidsFor(giver, permission);
    return own === 'all' || (appids !== null && appids.every((appid) => own.includes(appid)));
  });
}

export const grantTooWide = ({ appids, role }: Grant): DomainError =>
  new DomainError(
    'forbidden',
    'grant_too_wide',
    both(
      `你没有这么大的权限（${role}：${appids?.join('、') ?? '全部公众号'}），不能授予别人。`,
      `You do not have "${role}" on ${appids?.join(', ') ?? 'all accounts'} yourself, so you cannot give it.`,
    ),
    { details: { role, appids } },
  );
