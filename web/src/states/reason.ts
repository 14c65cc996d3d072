interface Text {
  readonly zh: string;
  readonly en: string;
}

interface Settled {
  readonly state: string;
  readonly errcode: number | null;
  readonly meaning: Text | null;
  readonly detail: string | null;
}

/** Of somebody who was left out, for a reason that `detail` names. */
export const LEFT_OUT = { state: 'skipped', errcode: null, meaning: null };

const SKIPPED = [
  'suppressed',
  'contact_cap',
  'unsubscribed',
  'blocked',
  'cancelled',
  'no_form_id',
  'expired',
  'no_grant',
] as const;
type Skipped = (typeof SKIPPED)[number];

/** A name that this console has a word for; a later service may have others. */
const skippedAs = (reason: string): Skipped | undefined => SKIPPED.find((each) => each === reason);

/** What a receipt says, without the spaces that WeChat writes now and then. */
const RECEIPTS: Readonly<Record<string, 'userBlock' | 'systemFailed'>> = {
  'failed:userblock': 'userBlock',
  'failed:systemfailed': 'systemFailed',
};

/**
 * Why somebody did not get it: in the service's words, or by a name that has words here. `raw` is the text that WeChat
 * wrote, or the service where nobody has a word for it.
 */
export type Reason =
  | { readonly text: Text; readonly raw: string }
  | {
      readonly name: Skipped | 'otherReason' | 'userBlock' | 'systemFailed' | 'otherReceipt';
      readonly raw?: string;
    };

export function reasonOf({ state, errcode, meaning, detail }: Settled): Reason | undefined {
  if (state === 'skipped') {
    const known = skippedAs(detail ?? '');
    if (known !== undefined) return { name: known };
    return detail === null ? undefined : { name: 'otherReason', raw: detail };
  }
  if ((state === 'blocked' || state === 'failed') && detail !== null) {
    const known = RECEIPTS[detail.toLowerCase().replaceAll(' ', '')];
    return { name: known ?? 'otherReceipt', raw: detail };
  }
  if (errcode !== null && meaning !== null) return { text: meaning, raw: String(errcode) };
  return undefined;
}

/** What is said first: what it is; what to do about it follows. */
export const firstSentence = (text: string): string =>
  /^.*?(?:。|[.!?](?=\s|$))/su.exec(text)?.[0] ?? text;

/** What follows it. */
export const otherSentences = (text: string): string =>
  text.slice(firstSentence(text).length).trim();
