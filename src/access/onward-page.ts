import type { Bilingual } from '../kernel/bilingual.js';
import { escapeHtml, plainPage } from './plain-page.js';

/**
 * Leads on at once, from a page of ours: so the browser sends the cookie of the session along, which it keeps back from
 * what another site has begun, and so a form may lead to another site at all.
 */
export const onwardPage = (url: string, words: Bilingual): string => {
  const { zh, en } = words;
  return plainPage(
    zh,
    `<p><a class="button" href="${escapeHtml(url)}">${escapeHtml(zh)} <small lang="en">${escapeHtml(en)}</small></a></p>`,
    `<meta http-equiv="refresh" content="0; url=${escapeHtml(url)}">\n`,
  );
};
