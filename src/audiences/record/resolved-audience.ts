/** A tag as it was found: WeChat's id decides, the name is shown. */
export interface ResolvedTag {
  readonly id: number;
  readonly name: string;
}

/**
 * Who shall receive a broadcast, as its row keeps it: everything that it names has been looked up, once, and what was
 * saved elsewhere is written out. The columns of an upload come with it.
 */
export type ResolvedAudience = ResolvedKind & {
  /** Who is in any of these gets nothing. */
  readonly exclude?: readonly ResolvedAudience[];
};

type ResolvedKind =
  | { readonly kind: 'all' }
  /** Who holds a grant for the broadcast's template when it is expanded. */
  | { readonly kind: 'granted' }
  /** Who has a live form_id when it is expanded. */
  | { readonly kind: 'hasFormId' }
  | ResolvedOpenids
  | ResolvedTags
  | {
      readonly kind: 'upload';
      readonly uploadId: string;
      readonly columns: readonly string[];
      readonly count: number;
    }
  /** `of` is what it stood for in that version. */
  | {
      readonly kind: 'saved';
      readonly audienceId: string;
      readonly name: string;
      readonly version: number;
      readonly of: ResolvedAudience;
    }
  | ResolvedRecipients
  /** `of` as it was asked for by that broadcast, without those it has a row of. */
  | { readonly kind: 'remaining'; readonly broadcastId: string; readonly of: ResolvedAudience }
  | { readonly kind: 'union'; readonly of: readonly ResolvedAudience[] };

/** A long list is kept in `broadcast_member`; one beside others is short and stands here. */
export interface ResolvedOpenids {
  readonly kind: 'openids';
  readonly count: number;
  readonly duplicates?: number;
  readonly openids?: readonly string[];
  /** The broadcast whose list it is, where that is another one. */
  readonly listOf?: string;
}

/** One of `any`, all of `all`, none of `none`; what is empty asks nothing. */
export interface ResolvedTags {
  readonly kind: 'tags';
  /** The largest first. */
  readonly any: readonly ResolvedTag[];
  /** The smallest first. */
  readonly all: readonly ResolvedTag[];
  readonly none: readonly ResolvedTag[];
  /** How old what is known of the tags may be at the start. */
  readonly maxAgeMinutes?: number;
  /** The oldest time for which one of them was known when they were looked up. */
  readonly asOf?: string;
}

/** Who has a delivery of that broadcast; a list that is left out asks nothing. */
export interface ResolvedRecipients {
  readonly kind: 'broadcast';
  readonly broadcastId: string;
  readonly states?: readonly string[];
  readonly reasons?: readonly string[];
  readonly errcodes?: readonly number[];
}

/** An audience, and what else decides who is in it: a row of `broadcast` is one. */
export interface AudienceOf {
  /** The broadcast's; null where it is no broadcast's yet: a long list has no place then. */
  readonly id: string | null;
  readonly accountId: number;
  readonly templateId: string;
  readonly audience: ResolvedAudience;
  /** The columns whose values are wanted; none by default. */
  readonly columns?: readonly string[];
}
