import { both } from '../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../kernel/domain-error.js';
import { type Caller, type Grant, may, mayEverywhere, sees } from './caller.js';
import { type Permission, PERMISSIONS, roleHas } from './permissions.js';

/**
 * Nobody gives more than they have: each permission of a role, on each of its accounts, is one that the giver holds
 * there, as is `giving`, the right to give any; on all accounts, one that they hold on all. So givers see what they
 * have made. An account that they do not see is not there for them.
 */
export function refuseMoreThan(giver: Caller, giving: Permission, grants: readonly Grant[]): void {
  const faults = grants.flatMap(({ appids, role }, index) => {
    const needed = PERMISSIONS.filter((each) => each === giving || roleHas(role, each));
    return faultsOf(giver, appids, needed, `grants.${index}`);
  });
  if (faults.length === 0) return;
  throw new DomainError(
    'forbidden',
    'grant_exceeds_yours',
    both(
      '不能授予自己没有的权限：请缩小角色或公众号范围，或请权限更大的管理员操作。',
      'Nobody gives more than they have: choose a lesser role or fewer accounts, or ask an admin who has these.',
    ),
    { errors: faults },
  );
}

function faultsOf(
  giver: Caller,
  appids: Grant['appids'],
  needed: readonly Permission[],
  path: string,
): FieldFault[] {
  if (appids === null) {
    const holds = (permission: Permission): boolean => mayEverywhere(giver, permission);
    return needed.every(holds) ? [] : [exceeds(path)];
  }
  const unseen = appids.filter((appid) => !sees(giver, appid));
  if (unseen.length > 0) throw noSuchAccounts(unseen, path);
  return appids.flatMap((appid, index) =>
    needed.every((permission) => may(giver, permission, appid))
      ? []
      : [exceeds(`${path}.appids.${index}`)],
  );
}

const exceeds = (path: string): FieldFault => ({
  path,
  code: 'grant_exceeds_yours',
  message: both('超出自己的权限范围', 'more than you have yourself'),
});

/** Also for accounts that the giver does not see. */
export const noSuchAccounts = (appids: readonly string[], path: string): DomainError =>
  new DomainError(
    'unprocessable',
    'account_not_found',
    both(
      `没有公众号 ${appids.join('、')}，请检查 appid。`,
      `There is no account ${appids.join(', ')}: check the appid.`,
      { appids: appids.join(' ') },
    ),
    {
      errors: [
        {
          path,
          code: 'account_not_found',
          message: both('没有该公众号', 'there is no such account'),
        },
      ],
    },
  );
