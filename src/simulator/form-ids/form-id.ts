/** What lets an account write to one person: a `form` once, a payment three times. */
export type FormIdKind = 'form' | 'prepay';

export const FORM_ID_USES: Readonly<Record<FormIdKind, number>> = { form: 1, prepay: 3 };

export const FORM_ID_LIFE_MS = 7 * 86_400_000;

/** What the developer's tool hands out instead of one. */
export const MOCK_FORM_ID = 'the formId is a mock one';

/** One form_id in somebody's hands, as an account collects it. */
export type IssuedFormId = {
  readonly openid: string;
  readonly formId: string;
  readonly kind: FormIdKind;
  readonly collectedAt: string;
};

export type FormIdOrder = {
  readonly openids: readonly string[];
  readonly kind?: FormIdKind;
  /** So many for each openid. */
  readonly count?: number;
  /** Issued so long ago; more than seven days: expired. */
  readonly ageMs?: number;
  /** Already used up, by another system of the account. */
  readonly used?: boolean;
};

/** What has become of one form_id. */
export type FormIdView = {
  readonly formId: string;
  readonly openid: string;
  readonly kind: FormIdKind;
  readonly issuedAt: string;
  readonly expired: boolean;
  /** Messages that were accepted with it. */
  readonly uses: number;
  /** Another system had used it up. */
  readonly usedElsewhere: boolean;
  /** Sends that named it, refused ones too. */
  readonly presented: number;
};

/** A send with a form_id that our own messages had used up before. */
export type UsedTwiceAttempt = {
  readonly formId: string;
  readonly openid: string;
  readonly at: string;
  /** The same words as the message that had used it: a repetition in doubt, not a second message. */
  readonly sameMessage: boolean;
};
