import type { ReceiptSettings } from '../settings/account-settings.js';
import type { LedgerMessage } from '../ledger/ledger.js';

/** How a review ends: it passes with a receipt whose msgid nobody was told, with one told in the answer, or without any; or it is refused. */
export const REVIEW_ENDS = ['passes', 'told', 'silent', 'refused'] as const;
export type ReviewEnd = (typeof REVIEW_ENDS)[number];

/** What a scripted rule makes of one message, whatever the account's shares say. */
export type ReviewRule = { readonly end: ReviewEnd; readonly delayMs?: number };

/** A message as it is taken into review. */
export type ReviewOrder = {
  readonly message: LedgerMessage;
  /** The Status of its receipt, should it pass. */
  readonly status: string;
  readonly end: ReviewEnd;
  readonly delayMs: number;
  readonly receipt: Partial<ReceiptSettings> | undefined;
};

/** A message that the platform took into review (40252). */
export type Review = ReviewOrder & {
  state: 'waiting' | 'passed' | 'refused';
  /** In the ledger, once it passed; one whose msgid was told is there from the start. */
  entry: number | undefined;
};

export type ReviewView = {
  readonly openid: string;
  readonly clientMsgId: string | undefined;
  readonly state: Review['state'];
  readonly end: ReviewEnd;
  readonly msgid: string | null;
  readonly takenAt: string;
};

/** As `queryblocktmplmsg` lists it. */
export type InterceptedView = {
  readonly id: number;
  readonly tmpl_msg_id: string;
  readonly title: string;
  readonly content: string;
  readonly send_timestamp: number;
  readonly openid: string;
};
