import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../locales/use-language';
import { Brand } from '../shell/brand';
import './session.css';

/** What somebody sees who is not in yet: one card on paper. */
export function Entrance({
  title,
  lead,
  children,
  foot,
}: {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}) {
  const { t } = useTranslation('session');
  const [language, choose] = useLanguage();
  return (
    <div className="entrance">
      <header className="entrance-head">
        <Brand />
        <button
          type="button"
          className="link-button"
          lang={language === 'en' ? 'zh-CN' : 'en'}
          onClick={() => choose(language === 'en' ? 'zh-CN' : 'en')}
        >
          {language === 'en' ? '中文' : 'English'}
        </button>
      </header>
      <main className="entrance-main">
        <section className="card entrance-card" aria-labelledby="entrance-title">
          <h1 id="entrance-title">{title}</h1>
          <p className="quiet entrance-lead">{lead ?? t('tagline')}</p>
          {children}
        </section>
        {foot && <div className="entrance-foot">{foot}</div>}
      </main>
    </div>
  );
}
