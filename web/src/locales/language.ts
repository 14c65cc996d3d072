export type Language = 'zh-CN' | 'en';

const KEY = 'weicast.language';
let current: Language = stored();

export const language = (): Language => current;

export function keepLanguage(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser may forbid storage; the choice then lasts as long as the page.
  }
}

function stored(): Language {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh-CN';
  } catch {
    return 'zh-CN';
  }
}

/** Of a text that the service gives in both. */
export const inLanguage = (text: { readonly zh: string; readonly en: string }): string =>
  current === 'en' ? text.en : text.zh;
