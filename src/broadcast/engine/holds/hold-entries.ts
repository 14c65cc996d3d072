import type { Change } from '../../../audit/record/change.js';
import type { HoldCode } from '../record/hold-codes.js';
import type { HoldReason } from '../record/states.js';

/** The broadcast that is held or let go on. */
interface Held {
  readonly id: string;
  readonly accountId: number;
  readonly purpose?: string;
}

interface Why {
  readonly reason: HoldReason;
  readonly code?: HoldCode | null | undefined;
  readonly detail?: string | null | undefined;
}

/** What the audit says of a hold that the service put. Single messages may be thousands: their rows say enough. */
export const holdEntry = (
  { id, accountId, purpose }: Held,
  { reason, code, detail }: Why,
): Change | 'nothing' =>
  purpose === 'single'
    ? 'nothing'
    : {
        action: 'broadcast.hold',
        target: { kind: 'broadcast', id },
        accountId,
        reason: [code ?? reason, detail].filter(Boolean).join(': '),
      };

export const liftEntry = (
  { id, accountId, purpose }: Held,
  reasons: readonly HoldReason[],
  detail: string | undefined,
): Change | 'nothing' =>
  purpose === 'single'
    ? 'nothing'
    : {
        action: 'broadcast.lift',
        target: { kind: 'broadcast', id },
        accountId,
        reason: [reasons.join(', '), detail].filter(Boolean).join(': '),
      };
