import type { Account } from '../accounts/account.js';
import type { WechatApi } from '../token/wechat-api.js';

/** The day's calls of one path, of everybody. */
export interface Figures {
  readonly limit: number;
  readonly used: number;
}

/** Throws what the call throws, and on an answer without whole numbers. */
export async function quotaFigures(
  wechat: WechatApi,
  account: Account,
  path: string,
): Promise<Figures> {
  const { quota } = await wechat.call(account, {
    path: '/cgi-bin/openapi/quota/get',
    method: 'POST',
    body: JSON.stringify({ cgi_path: path }),
  });
  const said = quota as { daily_limit?: unknown; used?: unknown } | undefined;
  const limit = Number(said?.daily_limit);
  const used = Number(said?.used);
  if (!Number.isSafeInteger(limit) || !Number.isSafeInteger(used) || limit <= 0 || used < 0)
    throw new Error(`WeChat told no quota for ${path}: ${JSON.stringify(quota)}`);
  return { limit, used };
}
