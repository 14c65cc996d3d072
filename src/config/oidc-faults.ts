import { both } from '../kernel/bilingual.js';
import type { VariableFault } from './environment-fault.js';

/** What the environment says of logins. */
interface Given {
  readonly PUBLIC_URL?: string;
  readonly PASSWORD_LOGIN: string;
  readonly OIDC_ISSUER?: string;
  readonly OIDC_CLIENT_ID?: string;
  readonly OIDC_CLIENT_SECRET?: string;
  readonly OIDC_ROLE_CLAIM?: string;
  readonly OIDC_ROLES?: readonly string[];
  readonly OIDC_ACCOUNTS_CLAIM?: string;
  readonly OIDC_NAME?: string;
}

/** None of them does anything without the others. */
const TOGETHER = [
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_ROLE_CLAIM',
] as const;

/** Half an identity provider, or none where passwords are off: a start says so before anybody is locked out. */
export function oidcFaults(given: Given): VariableFault[] {
  const wanted =
    TOGETHER.some((name) => given[name] !== undefined) ||
    given.OIDC_ROLES !== undefined ||
    given.OIDC_ACCOUNTS_CLAIM !== undefined ||
    given.OIDC_NAME !== undefined;
  if (!wanted) return given.PASSWORD_LOGIN === 'off' ? [NOBODY_IN] : [];
  const [missing, ...others] = TOGETHER.filter((name) => given[name] === undefined);
  if (missing !== undefined) {
    const names = [missing, ...others];
    return [
      {
        variable: missing,
        message: both(
          `用身份提供方登录还缺 ${names.join('、')}：请补全，或去掉全部 OIDC_ 变量。`,
          `logins by an identity provider lack ${names.join(', ')}: set them too, or leave every OIDC_ variable out`,
        ).toString(),
      },
    ];
  }
  return given.PUBLIC_URL === undefined ? [NO_WAY_BACK] : [];
}

const NOBODY_IN: VariableFault = {
  variable: 'PASSWORD_LOGIN',
  message: both(
    '密码登录已关闭，却没有设置身份提供方（OIDC_ISSUER 等）：请设置，或把 PASSWORD_LOGIN 设为 on。',
    'passwords are off, and there is no identity provider to come in by: set OIDC_ISSUER and its kin, or PASSWORD_LOGIN to on',
  ).toString(),
};

const NO_WAY_BACK: VariableFault = {
  variable: 'PUBLIC_URL',
  message: both(
    '设置了 OIDC_ISSUER 时必须设置：身份提供方要把人送回这个地址下的 /oidc/callback。',
    'is required with OIDC_ISSUER: the identity provider sends people back to /oidc/callback below it',
  ).toString(),
};
