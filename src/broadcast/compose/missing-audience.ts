import type { ResolvedAudience } from '../../audiences/record/resolved-audience.js';

/** What a draft has in place of an audience until it is given one: a list of nobody, which no request can name. */
export const MISSING_AUDIENCE = { kind: 'openids', count: 0, duplicates: 0, openids: [] } as const;

export const isMissing = (audience: ResolvedAudience): boolean =>
  audience.kind === 'openids' && audience.count === 0;
