import { AccountFaulted, TokenUnavailable } from '../../token/token.errors.js';
import { StaleWrite, WechatRefusal, WechatUnreachable } from '../../wechat/wechat.errors.js';
import { isProofOfNotSent, remedyFor } from '../../wechat/remedies.js';
import { errcodeEntry } from '../../wechat/errcodes.js';

/** What became of one claim, in the words of the settle statement. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly msgid: string | null }
  /** Final, and proof that this very claim was not sent. */
  | { readonly kind: 'refused'; readonly errcode: number; readonly rid: string | null }
  /** Proof that this very claim was not sent; to be tried again after `delayMs`. */
  | {
      readonly kind: 'unsent';
      readonly delayMs: number;
      readonly errcode?: number;
      readonly rid?: string | null;
    }
  /** No proof either way; to be tried again, under the same client_msg_id, while that protects. */
  | {
      readonly kind: 'doubtful';
      readonly delayMs: number;
      readonly errcode?: number;
      readonly rid?: string | null;
    };

/** What a refusal means beyond its own row. */
export type Consequence =
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
  | { readonly kind: 'slow-down' };

export interface Judgement {
  readonly outcome: Outcome;
  readonly consequence?: Consequence;
}

/** Tries for a recipient whom WeChat wants left alone for a while. */
const RECIPIENT_TRIES = 5;
/** Tries for a code that we have never met. */
const UNKNOWN_CODE_TRIES = 3;
const SECOND = 1_000;

/** Codes that speak of the message where all share its text, of the recipient where they do not. */
const OF_THE_TEXT: ReadonlySet<number> = new Set([47003, 45168]);

/**
 * Sorts what a send threw by who must act. Pure: `random` is handed in.
 * `attempts` counts this one; `personal` says that the recipient had values of their own.
 */
export function judge(
  error: unknown,
  { attempts, personal }: { readonly attempts: number; readonly personal: boolean },
  random: () => number = Math.random,
): Judgement {
  const soon = (): number => jittered(Math.min(60, 2 ** (attempts - 1)) * SECOND, random);
  if (error instanceof StaleWrite) return { outcome: { kind: 'unsent', delayMs: 0 } };
  // Release serves nobody while the account has its fault.
  if (error instanceof AccountFaulted) return { outcome: { kind: 'unsent', delayMs: 0 } };
  if (error instanceof TokenUnavailable) return { outcome: { kind: 'unsent', delayMs: soon() } };
  if (error instanceof WechatUnreachable)
    return { outcome: { kind: error.sent === 'no' ? 'unsent' : 'doubtful', delayMs: soon() } };
  if (error instanceof WechatRefusal) return judgeRefusal(error, attempts, personal, soon, random);
  // Not WeChat's doing and after the claim: whether it was sent is not known.
  return { outcome: { kind: 'doubtful', delayMs: soon() } };
}

function judgeRefusal(
  refusal: WechatRefusal,
  attempts: number,
  personal: boolean,
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
  const refused: Outcome = { kind: 'refused', errcode, rid };
  const hold = (ourBug: boolean): Judgement => ({
    outcome: back(0),
    consequence: { kind: 'hold', errcode, rid, detail: errmsg, ourBug },
  });
  switch (remedyFor(errcode)) {
    case 'retry':
      return { outcome: back(soon()) };
    case 'renew-token': // it was renewed, and failed again
      return { outcome: back(soon()) };
    case 'slow-down':
      return { outcome: back(jittered(60 * SECOND, random)), consequence: { kind: 'slow-down' } };
    case 'recipient-later':
      return attempts >= RECIPIENT_TRIES
        ? { outcome: refused }
        : { outcome: back(jittered(60 * SECOND * attempts, random)) };
    case 'wait-for-quota':
      return {
        outcome: back(0),
        consequence: { kind: 'quota-spent', errcode, rid, detail: errmsg },
      };
    case 'pause':
      return personal && OF_THE_TEXT.has(errcode) ? { outcome: refused } : hold(false);
    case 'our-bug':
      return hold(true);
    case 'duplicate':
      // 44007 and 45065: WeChat has this very id. 40241: it has this text, whoever sent it.
      return { outcome: errcode === 40241 ? refused : { kind: 'accepted', msgid: null } };
    case 'refuse':
      return errcodeEntry(errcode) === undefined && attempts < UNKNOWN_CODE_TRIES
        ? { outcome: back(soon()) }
        : { outcome: refused };
  }
}

/** Between three quarters and five quarters of it, so that rows which fell together do not rise together. */
const jittered = (ms: number, random: () => number): number =>
  Math.round(ms * (0.75 + random() / 2));
