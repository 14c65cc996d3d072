import type { AuditAction, TargetKind } from './actions.js';

/** Something as it looked before or after a change: its members, by the names that the API has for them. */
export type Picture = Readonly<Record<string, unknown>>;

/** A change as whoever makes it names it; who made it and when is known without being said. */
export interface Change {
  readonly action: AuditAction;
  /** For a broadcast or an operator its id. Left out, it is the account's appid: of an account, or all its templates. */
  readonly target: { readonly kind: TargetKind; readonly id?: string | number };
  /** The account that it belongs to, by its appid or by our id. Left out for what belongs to the installation. */
  readonly appid?: string | undefined;
  readonly accountId?: number | undefined;
  /** Both: what differs is kept, and where nothing does there is no entry. One: it was made, or is gone. */
  readonly before?: Picture | undefined;
  readonly after?: Picture | undefined;
  /** Why, where the service itself decided, or where somebody gave a note. */
  readonly reason?: string | undefined;
}
