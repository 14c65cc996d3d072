import type { Broadcast } from '../api/broadcasts';
import type { components } from '../api/schema';

export type Confirmation = components['schemas']['ConfirmationView'];

/** What somebody looks at before they say yes: the broadcast, and what its start would do. */
export interface Asked {
  readonly broadcast: Broadcast;
  readonly confirmation: Confirmation;
}
