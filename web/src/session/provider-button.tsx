import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { base, basePath } from '../api/base';

/** The way in by the identity provider: away from this page, and back to where one is. */
export function ProviderButton({
  name,
  isOnlyWay,
  inNewTab = false,
}: {
  /** What people call it; null: the company's account. */
  readonly name: string | null;
  readonly isOnlyWay: boolean;
  /** Where this page holds what somebody has typed. */
  readonly inNewTab?: boolean;
}) {
  const { t } = useTranslation('session');
  const next = encodeURIComponent(location.pathname.slice(basePath.length) + location.search);
  return (
    <div className="stack">
      <Button
        href={new URL(`oidc/login?next=${next}`, base).href}
        size="large"
        block
        type={isOnlyWay ? 'primary' : 'default'}
        {...(inNewTab && { target: '_blank' })}
      >
        {name === null ? t('byCompany') : t('byProvider', { name })}
      </Button>
      {inNewTab && <p className="hint">{t('ended.newTab')}</p>}
    </div>
  );
}
