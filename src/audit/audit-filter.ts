import type { Actor } from '../kernel/acting.js';

/** Which entries are asked for. What is left out is not asked. */
export interface AuditFilter {
  readonly actor?: { readonly kind: Actor['kind']; readonly id?: number | undefined } | undefined;
  readonly action?: string | undefined;
  readonly target?: { readonly kind: string; readonly id?: string | undefined } | undefined;
  readonly appid?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}
