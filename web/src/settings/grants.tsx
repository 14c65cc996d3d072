import { useTranslation } from 'react-i18next';
import { useAccounts } from '../api/accounts';
import type { Me } from '../api/me';

export type Grant = Me['grants'][number];

/** Which role on which accounts, in words. */
export function Grants({ grants }: { readonly grants: readonly Grant[] }) {
  const { t } = useTranslation(['settings', 'shell']);
  const accounts = useAccounts();
  if (grants.length === 0) return <span className="quiet">{t('members.none')}</span>;
  const nameOf = (appid: string): string =>
    accounts.find((account) => account.appid === appid)?.name ?? appid;
  return (
    <ul className="grants">
      {grants.map(({ role, appids }) => (
        <li key={`${role} ${appids?.join() ?? ''}`}>
          <strong>{t(`shell:roles.${role}`)}</strong>{' '}
          <span className="secondary">
            {appids === null ? t('members.everywhere') : appids.map(nameOf).join('、')}
          </span>
        </li>
      ))}
    </ul>
  );
}
