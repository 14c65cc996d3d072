import type { Openid } from '../../kernel/ids.js';

/** What can be sent to somebody now. */
export interface FormIdCounts {
  readonly openid: Openid;
  readonly forms: number;
  readonly prepayUses: number;
  readonly nextExpiryAt: Date | null;
}

/** The same, and what became of the others. */
export interface FormIdStock extends FormIdCounts {
  readonly held: number;
  readonly spent: number;
  readonly dropped: number;
  readonly expired: number;
}
