/** An audience as somebody asks for it, after its form was looked at: nothing that it names was looked up. */
export type AudienceRequest = RequestedKind & { readonly exclude?: readonly AudienceRequest[] };

type RequestedKind =
  | { readonly kind: 'all' | 'granted' | 'hasFormId' }
  /** Not looked at: a list alone may be long. */
  | { readonly kind: 'openids'; readonly openids: readonly unknown[] }
  | RequestedTags
  | { readonly kind: 'upload'; readonly uploadId: string }
  | { readonly kind: 'saved'; readonly audienceId: string }
  | RequestedRecipients
  | { readonly kind: 'remaining'; readonly broadcastId: string }
  | { readonly kind: 'union'; readonly of: readonly AudienceRequest[] };

export type AudienceKind = RequestedKind['kind'];

/** Tags by id or by name. */
export interface RequestedTags {
  readonly kind: 'tags';
  readonly any: readonly (number | string)[];
  readonly all: readonly (number | string)[];
  readonly none: readonly (number | string)[];
  readonly maxAgeMinutes?: number;
}

interface RequestedRecipients {
  readonly kind: 'broadcast';
  readonly broadcastId: string;
  readonly states?: readonly string[];
  readonly reasons?: readonly string[];
  readonly errcodes?: readonly number[];
}
