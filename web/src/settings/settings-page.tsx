import { useTranslation } from 'react-i18next';
import { NavLink, Outlet } from 'react-router';
import { useMe } from '../api/me';
import { tabsOf } from './tabs';
import './settings.css';

/** Ours, not mine: people, keys, what was done, and how the service is. */
export function SettingsPage() {
  const { t } = useTranslation('settings');
  const me = useMe();
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('title')}</h1>
      </div>
      <nav className="page-tabs" aria-label={t('tabs.label')}>
        {tabsOf(me).map(({ name }) => (
          <NavLink key={name} to={`/settings/${name}`}>
            {t(`tabs.${name}`)}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
