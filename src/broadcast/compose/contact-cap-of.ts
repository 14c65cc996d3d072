import type { AccountPolicy } from '../../accounts/account-policy.js';
import type { ContactCap } from '../engine/record/engine.tables.js';
import type { CapOverride } from '../engine/record/engine.tables.js';

/** The cap that holds for a broadcast; null where its account has none, or the broadcast says why it goes past it. */
export const capOf = (
  { contactCap = null }: AccountPolicy,
  override: CapOverride | null,
): ContactCap | null => (override?.ignore === true ? null : contactCap);
