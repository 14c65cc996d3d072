import type { ReceiptSettings } from '../settings/account-settings.js';
import type { LedgerMessage } from '../ledger/ledger.js';

/** How a review ends. It passes with an untold msgid, with a told one, or without a receipt. Or it is refused. */
export const REVIEW_ENDS = ['passes', 'told', 'silent', 'refused'] as const;
export type ReviewEnd = (typeof REVIEW_ENDS)[number];

/** The end of a review that a fault rule sets, whatever the shares of the account are. */
export type ReviewRule = { readonly end: ReviewEnd; readonly delayMs?: number };

/** A message that is taken into review. */
export type ReviewOrder = {
  readonly message: LedgerMessage;
  /** The Status of its receipt if it passes. */
  readonly status: string;
  readonly end: ReviewEnd;
  readonly delayMs: number;
  readonly receipt: Partial<ReceiptSettings> | undefined;
};

/** A message that the platform took into review (40252). */
export type Review = ReviewOrder & {
  state: 'waiting' | 'passed' | 'refused';
  /** The ledger entry, from when it passed. A message with a told msgid has it from the start. */
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

/** A refused message as `queryblocktmplmsg` lists it. */
export type InterceptedView = {
  readonly id: number;
  readonly tmpl_msg_id: string;
  readonly title: string;
  readonly content: string;
  readonly send_timestamp: number;
  readonly openid: string;
};
