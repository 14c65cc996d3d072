/** The part of `GET /v1/broadcasts/:id` that the demo reads. */
export interface DemoBroadcast {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly expanded: boolean;
  readonly receiptsOpen: number;
  readonly ratePerSecond: number;
  readonly limitedBy: string | null;
  readonly counts: Readonly<
    Record<
      | 'pending'
      | 'queued'
      | 'sending'
      | 'accepted'
      | 'reviewing'
      | 'delivered'
      | 'blocked'
      | 'failed'
      | 'refused'
      | 'unknown'
      | 'skipped',
      number
    >
  >;
  readonly errors: readonly {
    readonly errcode: number;
    readonly count: number;
    readonly meaning: { readonly zh: string; readonly en: string };
  }[];
}
