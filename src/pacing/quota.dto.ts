import type { QuotaStanding } from './quota-ledger.js';

/** How an account stands with WeChat's daily quota of template sends. */
export class QuotaView {
  /** The WeChat day it is about, `2026-11-21`. */
  day!: string;
  resetsAt!: string;
  /** Sends a day: WeChat's own figure or the operator's, the smaller; null while neither is known. */
  limit!: number | null;
  /** The limit without the reserve for other systems. */
  perDay!: number | null;
  /** Sends of ours today. */
  ours!: number;
  /** Sends of other systems today, as far as WeChat told. */
  others!: number;
  /** What may still be sent today; null without a limit. */
  left!: number | null;
  /** WeChat refused a send of today with 45009. */
  spent!: boolean;
  /** When WeChat was asked last. */
  learnedAt!: string | null;
}

export const toQuotaView = ({ resetsAt, learnedAt, ...standing }: QuotaStanding): QuotaView => ({
  ...standing,
  resetsAt: resetsAt.toISOString(),
  learnedAt: learnedAt?.toISOString() ?? null,
});
