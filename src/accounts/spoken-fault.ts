import { sql } from 'kysely';
import type { Bilingual } from '../kernel/bilingual.js';
import type { AccountFault } from './account.js';

/** The words of a fault, as it is kept and shown. */
export const spokenFault = (
  words: Bilingual,
): Pick<AccountFault, 'params' | 'zh' | 'en' | 'message'> => ({
  params: words.params,
  zh: words.zh,
  en: words.en,
  message: words.toString(),
});

/** SQL for `account.fault`: one that an earlier version has written has both languages in its message alone. */
export const FAULT_IN_WORDS = sql<AccountFault | null>`
  jsonb_build_object('params', '{}'::jsonb, 'zh', fault->'message', 'en', fault->'message') || fault`;
