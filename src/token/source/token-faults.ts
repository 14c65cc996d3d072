import { isIP } from 'node:net';
import { explain } from '../../wechat/explanations.js';
import type { WechatRefusal } from '../../wechat/wechat.errors.js';
import type { TokenFault } from '../store/token.errors.js';
import { spokenFault } from '../../accounts/spoken-fault.js';
import { both } from '../../kernel/bilingual.js';

/** Refusals of the token endpoint that pass by themselves, with the pause before the next call. */
const PASSING_MS: ReadonlyMap<number, number> = new Map([
  [-1, 2_000],
  [61450, 2_000],
  [45011, 60_000],
]);

/** Undefined where a person must mend something first. */
export const passingWaitMs = (errcode: number): number | undefined => PASSING_MS.get(errcode);

const CODES: ReadonlyMap<number, string> = new Map([
  [40001, 'token_secret_refused'],
  [40013, 'token_appid_refused'],
  [40125, 'token_secret_refused'],
  [40164, 'token_ip_not_allowed'],
  [40243, 'token_secret_frozen'],
  [45009, 'token_quota_spent'],
  [50004, 'token_forbidden'],
  [50007, 'token_account_frozen'],
  [89503, 'token_ip_awaits_consent'],
  [89506, 'token_ip_refused'],
  [89507, 'token_ip_refused'],
]);

/** What is wrong with the account, given what the token endpoint said. */
export function faultOfRefusal({ errcode, errmsg, rid }: WechatRefusal): TokenFault {
  const ip = ipIn(errmsg);
  const { zh, en } = meaningOf(errcode, ip);
  return {
    code: CODES.get(errcode) ?? 'token_refused',
    errcode,
    rid,
    ...spokenFault(both(zh, en, { errcode, ...(ip !== undefined && { ip }) })),
    ...(ip !== undefined && { ip }),
  };
}

/** A fault that is not WeChat's word but our own conclusion. */
export const ownFault = (code: string, zh: string, en: string): TokenFault => ({
  code,
  errcode: null,
  rid: null,
  ...spokenFault(both(zh, en)),
});

export const STORM = ownFault(
  'token_storm',
  '一分钟内 access_token 多次失效，可能有其他系统在用 token 接口刷新同一公众号。请停用该系统的刷新，或改为 stable 模式或外部 token 模式。',
  'The access token was rejected several times within a minute, probably because another system keeps fetching tokens for this account. Stop that, or use the token mode "stable" or "external".',
);

export const REJECTED_FOR_GOOD = ownFault(
  'token_rejected',
  '微信给出的 access_token 反复被拒绝，强制刷新也已无效或次数用尽。请确认公众号状态正常且没有其他系统刷新 token。',
  'WeChat rejects the very token it hands out, and forced refreshes did not help or are used up for today. Check that the account is in order and that no other system fetches tokens for it.',
);

export const EXTERNAL_REJECTED = ownFault(
  'token_external_rejected',
  '外部 token 地址给出的 access_token 被微信拒绝，重新获取后仍是同一个。请检查该接口是否返回最新的 token。',
  'WeChat rejects the token of the external address, and asking again gave the same one. Check that it hands out the newest token.',
);

export const NO_SECRET = ownFault(
  'token_secret_missing',
  '公众号没有填写 AppSecret。请补充 AppSecret，或改用外部 token 模式。',
  'The account has no AppSecret. Set it, or use the token mode "external".',
);

export const SECRET_SEALED = ownFault(
  'token_secret_unreadable',
  '公众号的密钥无法用当前主密钥解开。请检查 WEICAST_MASTER_KEY，或重新填写密钥。',
  "The account's secret cannot be opened with the present master key. Check WEICAST_MASTER_KEY, or set the secret again.",
);

/** Names our address as WeChat saw it, where WeChat tells it. */
function meaningOf(errcode: number, ip: string | undefined): { zh: string; en: string } {
  if (errcode === 40164 && ip !== undefined) {
    return {
      zh: `本服务的出口 IP ${ip} 不在 IP 白名单中。请在微信开发者平台把它加入白名单，约 5 至 10 分钟后生效。`,
      en: `The address ${ip} of this service is not on the IP whitelist. Add it on the WeChat developer platform; it takes about 5 to 10 minutes to apply.`,
    };
  }
  const { zh, en } = explain('token', errcode);
  return ip === undefined ? { zh, en } : { zh: `${zh}（IP：${ip}）`, en: `${en} (IP: ${ip})` };
}

/** "invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: …": our address as WeChat saw it. */
function ipIn(errmsg: string): string | undefined {
  const words = errmsg.match(/[\da-fA-F:.]{3,}/g) ?? [];
  return words.map((word) => word.replace(/[:.]+$/, '')).find((word) => isIP(word) !== 0);
}
