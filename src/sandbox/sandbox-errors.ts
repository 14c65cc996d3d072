import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { maskOpenid } from '../kernel/ids.js';

export const sandboxOff = (): DomainError =>
  new DomainError(
    'conflict',
    'sandbox_off',
    both(
      '这里不能使用模拟号：它只在拥有全部角色、使用内置数据库的单个进程里运行。如果只有一个进程且使用外部数据库，请设置 SANDBOX=on 后重新启动。',
      'There are no sandboxes here: they run where one process has all roles and the embedded database. Where there is one process on a database of yours, set SANDBOX=on and start again.',
    ),
  );

export const notSandbox = (appid: string): DomainError =>
  new DomainError(
    'not-found',
    'sandbox_not_found',
    both(`${appid} 不是模拟号。`, `${appid} is no sandbox.`, { appid }),
  );

export const tooManySandboxes = (most: number): DomainError =>
  new DomainError(
    'conflict',
    'sandbox_limit',
    both(
      `最多 ${most} 个模拟号，请先删除不用的。`,
      `There are ${most} sandboxes, and no more may be: remove one that nobody needs.`,
      { most },
    ),
  );

export const nobodyThere = (openid: string): DomainError =>
  new DomainError(
    'not-found',
    'sandbox_person_not_found',
    both(
      `模拟号里没有 ${maskOpenid(openid)} 这个人。`,
      `Nobody in the sandbox has the openid ${maskOpenid(openid)}.`,
      { openid: maskOpenid(openid) },
    ),
  );
