import { RightOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inLanguage } from '../locales/language';
import { type CardField, cardOf } from './card-rows';
import './phone-card.css';

/**
 * What a phone will show, as far as that is known. Only what arrives is inside the card; what does not stands below it,
 * struck through, with the reason.
 */
export function PhoneCard({
  account,
  title,
  fields,
  values,
  opens,
  time,
}: {
  readonly account: {
    readonly name: string;
    readonly shortName?: string | null;
    readonly color?: number;
  };
  readonly title: string;
  readonly fields: readonly CardField[];
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether a tap leads anywhere. */
  readonly opens: boolean;
  readonly time?: string;
}) {
  const { t } = useTranslation('compose');
  const [isDark, setDark] = useState(false);
  const { rows, unshown } = cardOf(fields, values);
  return (
    <figure className="phone">
      <div className="wx-screen" data-dark={isDark || undefined}>
        <div className="wx-time num">{time ?? t('card.now')}</div>
        <article className="wx-card" aria-label={t('card.label')}>
          <header className="wx-src">
            <span className="monogram" data-hue={account.color ?? 0} aria-hidden="true">
              {(account.shortName || account.name).slice(0, 1)}
            </span>
            <span dir="auto">{account.name}</span>
          </header>
          <p className="wx-title" dir="auto">
            {title}
          </p>
          <dl className="wx-rows">
            {rows.map(({ name, label, value, isCut, isTooLong }) => (
              <div key={name}>
                <dt>{label}</dt>
                <dd dir="auto" data-missing={value === '' || undefined}>
                  {isTooLong ? (
                    <span className="wx-cut">{t('card.refused')}</span>
                  ) : isCut ? (
                    <span className="wx-cut">{value}</span>
                  ) : (
                    value || t('card.empty')
                  )}
                </dd>
              </div>
            ))}
          </dl>
          {opens && (
            <footer className="wx-foot">
              {t('card.open')}
              <RightOutlined aria-hidden="true" />
            </footer>
          )}
        </article>
      </div>
      <figcaption>
        {t('card.sketch')}
        <button
          type="button"
          className="link-button small"
          aria-pressed={isDark}
          onClick={() => setDark(!isDark)}
        >
          {isDark ? t('card.light') : t('card.dark')}
        </button>
      </figcaption>
      {(unshown.length > 0 || !opens || rows.some(({ isCut }) => isCut)) && (
        <ul className="phone-below">
          {unshown.map(({ name, label, value, reason }) => (
            <li key={name}>
              <del dir="auto">
                {label && `${label} `}
                {value}
              </del>
              {reason && <div className="quiet">{inLanguage(reason)}</div>}
            </li>
          ))}
          {rows.some(({ isCut }) => isCut) && <li>{t('card.cut')}</li>}
          {!opens && <li>{t('card.noLink')}</li>}
        </ul>
      )}
    </figure>
  );
}
