import { type Bilingual, both } from '../../kernel/bilingual.js';
import { DomainError, type DomainErrorKind } from '../../kernel/domain-error.js';

/** Why nobody came in by the identity provider, by a stable code. */
const FAILURES = {
  oidc_off: [
    'not-found',
    both('本服务没有设置身份提供方。', 'There is no identity provider to log in by here.'),
  ],
  oidc_stale: [
    'invalid',
    both(
      '这次登录不再有效：多半是在另一个标签页里又开始了一次登录；也可能已用过、已超过 10 分钟，或是从别的浏览器开始的。请重新登录，并只在一个标签页里完成。',
      'This login is not good any more: mostly, because a second tab has begun another one since; or it was used before, is older than 10 minutes, or was begun in another browser. Begin again, in one tab.',
    ),
  ],
  oidc_cancelled: [
    'unauthenticated',
    both(
      '身份提供方没有同意这次登录：请重试，或请它的管理员允许你使用本应用。',
      'The identity provider has not agreed to this login: try again, or ask its admin to let you use this application.',
    ),
  ],
  oidc_unreachable: [
    'unavailable',
    both(
      '身份提供方没有应答：请稍后再试；若一直如此，请管理员检查 OIDC_ISSUER 和网络。',
      'The identity provider does not answer: try again later; if it stays so, ask an admin to look at OIDC_ISSUER and the network.',
    ),
  ],
  oidc_no_discovery: [
    'unavailable',
    both(
      'OIDC_ISSUER 处没有 OpenID Connect 的说明文件：请管理员核对地址。只有 OAuth 2.0 的服务不能直接使用。',
      'There is no document of OpenID Connect at OIDC_ISSUER: an admin looks at the address. A service that speaks OAuth 2.0 alone cannot be used directly.',
    ),
  ],
  oidc_wrong_issuer: [
    'unavailable',
    both(
      '身份提供方自称的 issuer 与 OIDC_ISSUER 不一致：请管理员照它的 /.well-known/openid-configuration 填写。',
      'The identity provider calls itself otherwise than OIDC_ISSUER does: an admin takes it from its /.well-known/openid-configuration.',
    ),
  ],
  oidc_refused_us: [
    'unavailable',
    both(
      '身份提供方拒绝了本服务：请管理员检查 OIDC_CLIENT_ID、OIDC_CLIENT_SECRET 和登记的回调地址。',
      'The identity provider refuses this installation: an admin looks at OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and the redirect address on record there.',
    ),
  ],
  oidc_code_refused: [
    'unauthenticated',
    both(
      '身份提供方不认这次登录的授权码（已用过或已过期）：请重新登录。',
      'The identity provider does not take the code of this login, which was used or is too old: begin again.',
    ),
  ],
  oidc_clock: [
    'unavailable',
    both(
      '身份提供方签发的令牌按本机时间已经过期：请管理员校准两边的时钟，最多容许相差 60 秒。',
      'By the clock of this machine the token of the identity provider is over: an admin sets both clocks right, which may differ by 60 seconds.',
    ),
  ],
  oidc_bad_token: [
    'unavailable',
    both(
      '身份提供方的令牌没有通过检查（签名、issuer、受众或 nonce）：请重新登录；若一直如此，请联系管理员。',
      'The token of the identity provider has failed its checks (signature, issuer, audience or nonce): begin again; if it stays so, ask an admin.',
    ),
  ],
  oidc_no_claim: [
    'forbidden',
    both(
      '身份提供方没有说明你在本服务的角色：令牌和 userinfo 中都没有 OIDC_ROLE_CLAIM 所指的声明，请联系管理员。',
      'The identity provider does not say what you may do here: neither its token nor its userinfo has the claim that OIDC_ROLE_CLAIM names. Ask an admin.',
    ),
  ],
  oidc_no_grants: [
    'forbidden',
    both(
      '你在身份提供方的角色或组，在本服务没有对应的权限：请联系管理员。',
      'None of your roles or groups at the identity provider gives you anything to do here: ask an admin.',
    ),
  ],
  oidc_busy: [
    'unavailable',
    both(
      '同时登录的人太多，请几秒后再试。',
      'Too many people log in at once: try again in a few seconds.',
    ),
  ],
} as const satisfies Readonly<Record<string, readonly [DomainErrorKind, Bilingual]>>;

export type OidcFailure = keyof typeof FAILURES;

export const isOidcFailure = (code: string): code is OidcFailure => Object.hasOwn(FAILURES, code);

export const wordsOfFailure = (code: OidcFailure): Bilingual => FAILURES[code][1];

/** `cause` is for the log and for the settings' page: what the provider or the network said. */
export function oidcRefusal(code: OidcFailure, cause?: unknown): DomainError {
  const [kind, words] = FAILURES[code];
  return new DomainError(kind, code, words, { cause });
}
