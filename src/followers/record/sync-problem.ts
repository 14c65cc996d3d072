import { AccountFaulted, TokenUnavailable } from '../../token/store/token.errors.js';
import type { Notice } from '../../kernel/warning.js';
import { explain, type WechatCall } from '../../wechat/explanations.js';
import { remedyFor } from '../../wechat/remedies.js';
import { WechatRefusal, WechatUnreachable } from '../../wechat/wechat.errors.js';

/** Why a walk ended without its result. */
export interface SyncProblem extends Notice {
  readonly errcode: number | null;
  /** WeChat's id of the refused request. */
  readonly rid: string | null;
  /** What WeChat or our own error said, for scripts and logs. */
  readonly message: string;
}

/** Why WeChat gave no page, and whether that may pass by itself within minutes. */
export interface PageFailure {
  readonly problem: SyncProblem;
  readonly passing: boolean;
}

/** WeChat answered, and not with a follower list. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
}

/** Undefined for an error that is ours and not WeChat's. */
export function pageFailure(
  error: unknown,
  call: WechatCall = 'follower-list',
): PageFailure | undefined {
  if (error instanceof WechatRefusal) {
    const { errcode, rid, message } = error;
    const remedy = remedyFor(errcode);
    return {
      problem: { errcode, rid, message, ...explain(call, errcode) },
      passing: remedy === 'retry' || remedy === 'slow-down',
    };
  }
  if (error instanceof AccountFaulted) {
    const { errcode, rid } = error.fault;
    const meaning: Notice =
      errcode === null
        ? {
            code: 'account_faulted',
            params: { fault: error.fault.code },
            zh: '请先排除该公众号的故障，再重新同步。',
            en: 'Put the account right, then sync again.',
          }
        : explain('token', errcode);
    return { problem: { errcode, rid, message: error.message, ...meaning }, passing: false };
  }
  if (
    error instanceof WechatUnreachable ||
    error instanceof TokenUnavailable ||
    error instanceof UnusableAnswer
  ) {
    return {
      problem: {
        errcode: null,
        rid: null,
        message: error.message,
        code: 'wechat_unreachable',
        params: {},
        zh: '暂时得不到微信的正常应答，名单没有读完，请稍后重新同步。',
        en: 'WeChat gave no usable answer, so its list was not read to the end. Sync again later.',
      },
      passing: true,
    };
  }
  return undefined;
}

export const circularList = (path: string): SyncProblem => ({
  errcode: null,
  rid: null,
  message: `${path} answered a cursor that it had answered before`,
  code: 'list_circular',
  params: {},
  zh: '微信返回的名单出现循环，没有读完，请稍后重新同步。',
  en: "WeChat's list led in a circle and was not read to the end. Sync again later.",
});
