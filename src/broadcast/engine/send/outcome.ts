import { AccountFaulted, TokenUnavailable } from '../../../token/store/token.errors.js';
import type { MessageChannel } from '../../../wechat/message-channel.js';
import {
  NothingToSendWith,
  StaleWrite,
  UnprotectedDoubt,
  WechatRefusal,
  WechatUnreachable,
} from '../../../wechat/wechat.errors.js';
import { isProofOfNotSent, remedyFor } from '../../../wechat/remedies.js';
import { errcodeEntry } from '../../../wechat/errcodes.js';

/** What became of one claim, in the words of the settle statement. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly msgid: string | null }
  /** WeChat reviews it, and may send it by itself: we never send it again. It uses up no try. */
  | {
      readonly kind: 'reviewing';
      readonly msgid: string | null;
      readonly errcode: number;
      readonly rid: string | null;
    }
  /** Final, and proof that this very claim was not sent. */
  | { readonly kind: 'refused'; readonly errcode: number; readonly rid: string | null }
  /** Proof that this very claim was not sent; to be tried again after `delayMs`. */
  | {
      readonly kind: 'unsent';
      readonly delayMs: number;
      /** An uncounted attempt: not the recipient's fault, so it uses up no try. */
      readonly uncounted?: boolean;
      /** WeChat does not count it against the daily quota. */
      readonly noCall?: boolean;
      readonly errcode?: number;
      readonly rid?: string | null;
    }
  /** Nothing was sent, and nothing will be: the channel has nothing to send it with. */
  | { readonly kind: 'skipped'; readonly detail: 'no_form_id'; readonly noCall: true }
  /** No proof either way; to be tried again while the channel's protection keeps a second copy from the phone. */
  | {
      readonly kind: 'doubtful';
      readonly delayMs: number;
      readonly errcode?: number;
      readonly rid?: string | null;
    }
  /** No proof either way, and nothing that would keep a second copy from the phone. */
  | {
      readonly kind: 'unknown';
      readonly noCall?: boolean;
      readonly errcode?: number;
      readonly rid?: string | null;
    };

/** What a refusal means beyond its own row. */
export type SideEffect =
  | {
      readonly kind: 'hold';
      readonly errcode: number;
      readonly rid: string | null;
      readonly detail: string;
      readonly ourBug: boolean;
    }
  | {
      readonly kind: 'quota-spent';
      readonly errcode: number;
      readonly rid: string | null;
      readonly detail: string;
    }
  /** WeChat does not know the template, or says so: its list decides. */
  | {
      readonly kind: 'confirm-template';
      readonly errcode: number;
      readonly rid: string | null;
      readonly detail: string;
    }
  | { readonly kind: 'slow-down' };

export interface Judgement {
  readonly outcome: Outcome;
  readonly sideEffect?: SideEffect;
}

/** Tries for a recipient whom WeChat wants left alone for a while. */
const RECIPIENT_TRIES = 5;
/** Tries for a code that we have never met. */
const UNKNOWN_CODE_TRIES = 3;
const SECOND = 1_000;

/** WeChat was seen to answer this for minutes about templates that existed: we do not believe it at once. */
const NO_SUCH_TEMPLATE = 40037;

/** Codes about the text: of the broadcast where all recipients share it, of the recipient where they do not. */
const OF_THE_TEXT: ReadonlySet<number> = new Set([47003, 45168]);

/** The attempt that is judged. */
export interface Attempt {
  /** All claims of the row so far, this one included. */
  readonly attempts: number;
  /** Those of them that count against the recipient. */
  readonly tries: number;
  /** The recipient's own values. */
  readonly vars: Readonly<Record<string, string>> | null;
  readonly channel: Pick<MessageChannel<never>, 'protection' | 'templates'>;
}

/** Decides what an attempt came to from what its send threw, by who must act. Pure: `random` is handed in. */
export function judge(
  error: unknown,
  attempt: Attempt,
  random: () => number = Math.random,
): Judgement {
  const judgement = judgeProtected(error, attempt, random);
  const { outcome } = judgement;
  if (outcome.kind !== 'doubtful' || attempt.channel.protection !== 'none') return judgement;
  const { errcode, rid } = outcome;
  return {
    ...judgement,
    outcome: { kind: 'unknown', ...(errcode !== undefined && { errcode, rid: rid ?? null }) },
  };
}

function judgeProtected(error: unknown, attempt: Attempt, random: () => number): Judgement {
  const soon = (): number => jittered(Math.min(60, 2 ** (attempt.attempts - 1)) * SECOND, random);
  // No call was made. While the account has its fault, release serves nobody.
  if (error instanceof StaleWrite || error instanceof AccountFaulted)
    return { outcome: { kind: 'unsent', delayMs: 0, uncounted: true, noCall: true } };
  if (error instanceof TokenUnavailable)
    return { outcome: { kind: 'unsent', delayMs: soon(), uncounted: true, noCall: true } };
  if (error instanceof NothingToSendWith)
    return { outcome: { kind: 'skipped', detail: error.detail, noCall: true } };
  if (error instanceof UnprotectedDoubt) return { outcome: inDoubtAfter(error.cause) };
  if (error instanceof WechatUnreachable)
    return {
      outcome:
        error.sent === 'no'
          ? { kind: 'unsent', delayMs: soon(), noCall: true }
          : { kind: 'doubtful', delayMs: soon() },
    };
  if (error instanceof WechatRefusal) return judgeRefusal(error, attempt, soon, random);
  // An error of our own, after the claim: nobody knows whether the message was sent.
  return { outcome: { kind: 'doubtful', delayMs: soon() } };
}

/** WeChat's errcode is kept, though it decides nothing. A review decides, whatever was in doubt before. */
function inDoubtAfter(cause: Error): Outcome {
  if (!(cause instanceof WechatRefusal)) return { kind: 'unknown' };
  const { errcode, rid } = cause;
  return remedyFor(errcode) === 'in-review'
    ? underReview(cause)
    : { kind: 'unknown', errcode, rid };
}

const underReview = ({ msgid, errcode, rid }: WechatRefusal): Outcome => ({
  kind: 'reviewing',
  msgid,
  errcode,
  rid,
});

function judgeRefusal(
  refusal: WechatRefusal,
  { tries, vars, channel }: Attempt,
  soon: () => number,
  random: () => number,
): Judgement {
  const { errcode, rid, errmsg } = refusal;
  const back = (delayMs: number): Outcome => ({
    kind: isProofOfNotSent(errcode) ? 'unsent' : 'doubtful',
    delayMs,
    errcode,
    rid,
  });
  const uncounted = (delayMs: number, noCall: boolean): Outcome => ({
    kind: 'unsent',
    delayMs,
    uncounted: true,
    noCall,
    errcode,
    rid,
  });
  const refused: Outcome = { kind: 'refused', errcode, rid };
  const hold = (ourBug: boolean): Judgement => ({
    outcome: uncounted(0, false),
    sideEffect: { kind: 'hold', errcode, rid, detail: errmsg, ourBug },
  });
  switch (remedyFor(errcode)) {
    case 'retry':
      return { outcome: back(soon()) };
    case 'renew-token': // the token was renewed, and WeChat refused again
      return { outcome: uncounted(soon(), true) };
    case 'slow-down':
      return {
        outcome: uncounted(jittered(60 * SECOND, random), true),
        sideEffect: { kind: 'slow-down' },
      };
    case 'recipient-later':
      return tries >= RECIPIENT_TRIES
        ? { outcome: refused }
        : { outcome: back(jittered(60 * SECOND * tries, random)) };
    case 'wait-for-quota':
      return {
        outcome: uncounted(0, true),
        sideEffect: { kind: 'quota-spent', errcode, rid, detail: errmsg },
      };
    case 'pause':
      if (errcode === NO_SUCH_TEMPLATE && channel.templates !== 'none')
        return {
          outcome: uncounted(jittered(15 * SECOND, random), false),
          sideEffect: { kind: 'confirm-template', errcode, rid, detail: errmsg },
        };
      return OF_THE_TEXT.has(errcode) && isPersonal(errmsg, vars)
        ? { outcome: refused }
        : hold(false);
    case 'our-bug':
      return hold(true);
    case 'duplicate':
      // 44007 and 45065: WeChat has this very id. 40241: it has this text, whoever sent it.
      return { outcome: errcode === 40241 ? refused : { kind: 'accepted', msgid: null } };
    case 'in-review':
      return { outcome: underReview(refusal) };
    case 'refuse':
      return errcodeEntry(errcode) === undefined && tries < UNKNOWN_CODE_TRIES
        ? { outcome: back(soon()) }
        : { outcome: refused };
  }
}

/** Finds the field at fault, where WeChat names one: `argument invalid! data.thing4.value is empty`. */
const FIELD_AT_FAULT = /\bdata\.([A-Za-z_]+\d*)\.value/;

/** Whether the value that WeChat refuses is the recipient's own; where WeChat names no field, it may be any. */
function isPersonal(errmsg: string, vars: Attempt['vars']): boolean {
  if (vars === null) return false;
  const field = FIELD_AT_FAULT.exec(errmsg)?.[1];
  return field === undefined || Object.hasOwn(vars, field);
}

/** Between three quarters and five quarters of it, so that rows that failed together are not due together. */
const jittered = (ms: number, random: () => number): number =>
  Math.round(ms * (0.75 + random() / 2));
