import type { Notice } from '../kernel/warning.js';

/** What a check does by itself; everything else of it is read. */
export type TriedStep = 'token' | 'callback' | 'templates' | 'followers';

/** One thing that a check tried, and what came of it. */
export interface Try {
  readonly state: 'running' | 'ok' | 'failed';
  /** ISO 8601. */
  readonly at: string;
  readonly notice: Notice | null;
}

export type Tries = { readonly [Step in TriedStep]?: Try };
