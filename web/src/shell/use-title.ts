import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** The page's title, the most telling word first: people find a tab by its beginning. */
export function useTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} – ${t('product')}`;
  }, [title, t]);
}
