import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { keepLanguage, language, type Language } from './language';
import { zhCN } from './zh-CN';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof zhCN;
  }
}

/** Chinese is in the first chunk; English comes when it is asked for. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'zh-CN',
    fallbackLng: 'zh-CN',
    defaultNS: 'shell',
    resources: { 'zh-CN': zhCN },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = 'zh-CN';
  if (language() === 'en') await speak('en');
}

export async function speak(next: Language): Promise<void> {
  if (next === 'en' && !i18next.hasResourceBundle('en', 'shell')) {
    const { en } = await import('./en');
    for (const [room, words] of Object.entries(en)) i18next.addResourceBundle('en', room, words);
  }
  keepLanguage(next);
  await i18next.changeLanguage(next);
}
