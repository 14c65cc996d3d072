import { useTranslation } from 'react-i18next';
import { language, type Language } from './language';
import { speak } from './words';

/** The language of the page, drawn anew when it changes. */
export function useLanguage(): readonly [Language, (next: Language) => void] {
  useTranslation();
  return [language(), (next) => void speak(next)];
}
