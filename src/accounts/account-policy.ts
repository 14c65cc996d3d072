/** What an account asks of whoever sends for it, persons and keys alike. A member that is left out asks nothing. */
export interface AccountPolicy {
  /** A broadcast to more recipients than this starts only with a confirmation; null: none needs one. */
  readonly confirmAbove?: number | null;
  /** For so long after its start a broadcast can be taken back, from 0 to 300. */
  readonly undoSeconds?: number;
  /** The send hours of a new broadcast that names none. */
  readonly sendHours?: { readonly from: string; readonly to: string; readonly zone: string } | null;
  /** The canary of a new broadcast that names none. */
  readonly canary?: { readonly first: number } | { readonly percent: number } | null;
}
