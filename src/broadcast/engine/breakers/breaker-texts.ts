import { type Bilingual, both } from '../../../kernel/bilingual.js';
import type { ConsecutiveFailure } from './consecutive-failures.js';
import { countText } from '../../../kernel/count-text.js';

/** What circuit breakers tell operators when they hold a broadcast: in Chinese and in English, with what was seen. */

const percentOf = ({ part, whole }: Share): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 1_000) / 10;

/** `part` of `whole`, as in `61 of 300 (20.3 %)`. */
interface Share {
  readonly part: number;
  readonly whole: number;
}
const zhShare = (share: Share): string =>
  `${countText(share.whole)} 条中有 ${countText(share.part)} 条（${percentOf(share)} %）`;
const enShare = (share: Share): string =>
  `${countText(share.part)} of ${countText(share.whole)} (${percentOf(share)} %)`;
const figuresOf = ({ part, whole }: Share) => ({
  part,
  whole,
  percent: percentOf({ part, whole }),
});

export const wrongAccount = (share: Share): Bilingual =>
  both(
    `已发送的 ${zhShare(share)}被回答“openid 不属于该公众号”。名单很可能属于另一个公众号，请检查后再继续发送，否则终止。`,
    `${enShare(share)} were answered "this openid is not one of this account". The list is probably another ` +
      `account's: check it, then resume or cancel.`,
    figuresOf(share),
  );

export function refusals(
  share: Share,
  errors: readonly { errcode: number; count: number }[],
): Bilingual {
  const codes = errors
    .slice(0, 3)
    .map((error) => `${error.errcode} × ${countText(error.count)}`)
    .join(', ');
  return both(
    `最先发送的 ${zhShare(share)}被微信拒绝（${codes}）。请检查名单与内容后再继续发送，否则终止。`,
    `Of the first messages, ${enShare(share)} were refused (${codes}). Check the list and the content, then ` +
      `resume or cancel.`,
    { ...figuresOf(share), codes },
  );
}

export const blocks = (share: Share): Bilingual =>
  both(
    `最先收到的回执 ${zhShare(share)}是“用户拒收”。拒收过多会使模板被封禁，请检查受众与内容后再继续发送，否则终止。`,
    `Of the first receipts, ${enShare(share)} say that the follower blocks these messages. WeChat bans templates ` +
      `for that: check audience and content, then resume or cancel.`,
    figuresOf(share),
  );

export function consecutiveFailureText({
  code,
  errcode,
  count: n,
  forMs,
}: ConsecutiveFailure): Bilingual {
  const seen = { errcode, count: n };
  switch (code) {
    case 'unknown_code':
      return both(
        `微信连续 ${n} 次回答未知错误码 ${errcode}。请用 rid 查询原因后再继续发送。`,
        `WeChat answered the unknown errcode ${errcode} ${n} times in a row. Look its rid up, then resume.`,
        seen,
      );
    case 'users_limited':
      return both(
        `微信连续 ${n} 次回答 ${errcode}（用户受限）。若并非名单的问题，可能是公众号接口被封，请查看微信后台后再继续发送。`,
        `WeChat answered ${errcode} (user limited) ${n} times in a row. If it is not the list, the account's API ` +
          `may be banned: look into WeChat's console, then resume.`,
        seen,
      );
    case 'token_storm':
      return both(
        `连续 ${n} 次发送在刷新 access_token 后仍被拒绝（${errcode}）。很可能另有系统在刷新同一公众号的 token：` +
          `请让它停用，或改用外部 token 模式，并核对 AppSecret，然后继续发送。`,
        `${n} sends in a row were refused with ${errcode} although the access_token had been renewed. Another ` +
          `system probably renews this account's token as well: stop it, or let this service take the token from ` +
          `it (token mode external), check the AppSecret, then resume.`,
        seen,
      );
    case 'template_disputed': {
      const minutes = Math.round(forMs / 60_000);
      return both(
        `微信的列表里有这个模板，但 ${minutes} 分钟以来每次发送都回答 ${errcode}（模板不存在）。请在微信后台核对模板后再继续发送。`,
        `WeChat lists this template, and has answered ${errcode} (no such template) to every send for ${minutes} ` +
          `minutes. Check the template in WeChat's console, then resume.`,
        { ...seen, minutes },
      );
    }
  }
}

export const tokenFight = (renewals: number): Bilingual =>
  both(
    `一分钟内 access_token 被换了 ${renewals} 次：另有系统在刷新同一公众号的 token，双方互相使对方失效。` +
      `请让它停用，或改用外部 token 模式，然后继续发送。`,
    `The access_token was renewed ${renewals} times within a minute: another system renews this account's token as ` +
      `well, and each makes the other's invalid. Stop it, or let this service take the token from it (token mode ` +
      `external), then resume.`,
    { renewals },
  );

export const canaryWaiting = (sent: number): Bilingual =>
  both(
    `先发的 ${countText(sent)} 条已发出，正在等待它们的回执，最多十分钟。`,
    `The first ${countText(sent)} messages are out; their receipts are awaited, for ten minutes at most.`,
    { sent, minutes: 10 },
  );

export interface CanaryFigures {
  readonly sent: number;
  readonly delivered: number;
  readonly refused: number;
  readonly failed: number;
  readonly blocked: number;
  readonly unknown: number;
  readonly missing: number;
  readonly reviewing: number;
}

const canaryFigures = (f: CanaryFigures): { zh: string; en: string } => ({
  zh:
    `发出 ${countText(f.sent)}，送达 ${countText(f.delivered)}，拒绝 ${countText(f.refused)}，失败 ${countText(f.failed)}，` +
    `拒收 ${countText(f.blocked)}，未知 ${countText(f.unknown)}，审核中 ${countText(f.reviewing)}，缺回执 ${countText(f.missing)}`,
  en:
    `sent ${countText(f.sent)}, delivered ${countText(f.delivered)}, refused ${countText(f.refused)}, ` +
    `failed ${countText(f.failed)}, blocked ${countText(f.blocked)}, unknown ${countText(f.unknown)}, ` +
    `under review ${countText(f.reviewing)}, ` +
    `without receipt ${countText(f.missing)}`,
});

export const canaryPassed = (figures: CanaryFigures): Bilingual => {
  const { zh, en } = canaryFigures(figures);
  return both(`先发的一小批结果正常（${zh}）。`, `The canary went well: ${en}.`, { ...figures });
};

export const canaryFailed = (figures: CanaryFigures): Bilingual => {
  const { zh, en } = canaryFigures(figures);
  return both(
    `先发的一小批结果不佳（${zh}）。请查看这些消息后再继续发送，否则终止。`,
    `The canary did not go well: ${en}. Look into these messages, then resume or cancel.`,
    { ...figures },
  );
};

export const canaryUnheard = (figures: CanaryFigures): Bilingual => {
  const { zh, en } = canaryFigures(figures);
  return both(
    `先发的一小批大多没有回执（${zh}），无法知道有多少人拒收。请检查微信后台的回调地址，然后继续发送。`,
    `Most receipts of the canary have not come (${en}), so nobody can tell how many block us. Check the callback ` +
      `address in WeChat's console, then resume.`,
    { ...figures },
  );
};

export const canaryReviewed = (figures: CanaryFigures): Bilingual => {
  const { zh, en } = canaryFigures(figures);
  return both(
    `先发的一小批大多在微信审核中（${zh}），审核通过后由微信自行发出。可等待结果，或继续发送、终止。`,
    `WeChat has most of the canary under review (${en}) and sends it by itself if it passes. Wait for the outcome, ` +
      `or resume, or cancel.`,
    { ...figures },
  );
};
