import { useTranslation } from 'react-i18next';

/** Two waves around a point: one message, to everybody. */
export function Brand() {
  const { t, i18n } = useTranslation();
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#1F4E9E" />
        <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round">
          <path d="M9.5 20.5a9.2 9.2 0 0 1 0-9" />
          <path d="M22.5 11.5a9.2 9.2 0 0 1 0 9" />
        </g>
        <circle cx="16" cy="16" r="2.6" fill="#fff" />
      </svg>
      <strong>{t('product')}</strong>
      {i18n.language !== 'en' && (
        <span className="brand-latin" lang="en">
          Weicast
        </span>
      )}
    </span>
  );
}
