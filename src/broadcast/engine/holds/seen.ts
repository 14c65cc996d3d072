import type { Bilingual, Params } from '../../../kernel/bilingual.js';

/** What was seen when a hold is put: both languages in one text, for scripts, and the figures by name. */
export const seen = (words: Bilingual): { readonly detail: string; readonly params: Params } => ({
  detail: words.toString(),
  params: words.params,
});
