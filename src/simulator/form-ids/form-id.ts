/** A form_id lets an account write to one person: a `form` once, a payment three times. */
export type FormIdKind = 'form' | 'prepay';

export const FORM_ID_USES: Readonly<Record<FormIdKind, number>> = { form: 1, prepay: 3 };

export const FORM_ID_LIFE_MS = 7 * 86_400_000;

/** The developer's tool of WeChat gives this text instead of a form_id. */
export const MOCK_FORM_ID = 'the formId is a mock one';

/** One form_id that an account has collected. */
export type IssuedFormId = {
  readonly openid: string;
  readonly formId: string;
  readonly kind: FormIdKind;
  readonly collectedAt: string;
};

export type FormIdOrder = {
  readonly openids: readonly string[];
  readonly kind?: FormIdKind;
  /** The number of form_ids for each openid. */
  readonly count?: number;
  /** The age of the form_ids. They expire after seven days. */
  readonly ageMs?: number;
  /** Another system of the account has used them up. */
  readonly used?: boolean;
};

/** The state of one form_id. */
export type FormIdView = {
  readonly formId: string;
  readonly openid: string;
  readonly kind: FormIdKind;
  readonly issuedAt: string;
  readonly expired: boolean;
  /** The messages that were accepted with it. */
  readonly uses: number;
  /** Whether another system had used it up. */
  readonly usedElsewhere: boolean;
  /** The sends that named it, with refused ones. */
  readonly presented: number;
};

/** A send with a form_id that earlier messages had used up. */
export type UsedTwiceAttempt = {
  readonly formId: string;
  readonly openid: string;
  readonly at: string;
  /** The message equals one that used the form_id, so it is a retry in doubt. */
  readonly sameMessage: boolean;
};
