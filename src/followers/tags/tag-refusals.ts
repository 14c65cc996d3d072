import type { Account } from '../../accounts/account.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { refusedCall } from '../../token/source/refused-call.js';
import { WechatUnreachable } from '../../wechat/wechat.errors.js';

/** A mini program has neither followers nor tags. */
export function requireTagged({ kind, appid }: Account): void {
  if (kind === 'service') return;
  throw new DomainError(
    'unprocessable',
    'account_kind_without_followers',
    both(
      `${appid} 是小程序，只有服务号才有粉丝和标签，请换用服务号。`,
      `${appid} is a mini program: only service accounts have followers and tags`,
      { appid },
    ),
  );
}

export const tagNotFound = (appid: string, tagId: string): DomainError =>
  new DomainError(
    'not-found',
    'tag_not_found',
    both(
      `${appid} 没有标签 ${tagId}。若刚在微信后台新建，请先同步标签。`,
      `${appid} has no tag ${tagId}. If it was just made in WeChat's console, sync the tags first.`,
      { appid, tagId },
    ),
  );

/** What became of a change that WeChat may have made, though its answer was lost, is not for us to say. */
export function refusedChange(error: unknown): unknown {
  if (error instanceof WechatUnreachable && error.sent === 'maybe')
    return new DomainError(
      'unavailable',
      'wechat_unreachable',
      both(
        '微信没有应答，不确定是否已改动。请同步标签后查看，再决定是否重试。',
        `WeChat did not answer, so it may have made the change: sync the tags and look before you try again. (${error.message})`,
        { told: error.message },
      ),
      { cause: error },
    );
  return refusedCall('tags', error) ?? error;
}
