import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useLocation } from 'react-router';
import { useChosenAccount } from '../api/accounts';
import { useMe } from '../api/me';
import { PickAccount } from '../shell/pick-account';
import { tabsOf } from './tabs';
import './audiences.css';

/** Who may be sent to, of one account: the lists that were sent in, and what WeChat knows of its followers. */
export function AudiencesPage() {
  const { t } = useTranslation('audiences');
  const me = useMe();
  const account = useChosenAccount();
  const { search } = useLocation();
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('title')}</h1>
      </div>
      <nav className="page-tabs" aria-label={t('tabs.label')}>
        {tabsOf(me).map(({ name }) => (
          <NavLink key={name} to={{ pathname: `/audiences/${name}`, search }}>
            {t(`tabs.${name}`)}
          </NavLink>
        ))}
      </nav>
      {account === undefined ? (
        <PickAccount>{t('pick')}</PickAccount>
      ) : (
        <Outlet context={account} />
      )}
    </div>
  );
}
