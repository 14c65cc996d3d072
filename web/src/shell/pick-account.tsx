import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'react-router';
import { useAccounts } from '../api/accounts';
import { Empty } from '../states/page-states';
import { Monogram } from './monogram';
import { SandboxTag } from './sandbox-tag';

/** Beyond so many, the head's list finds one by its name. */
const MOST = 8;

/** A page of one account, while none is chosen: why one is needed, and all that there are. */
export function PickAccount({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const accounts = useAccounts();
  const { pathname, hash } = useLocation();
  const [search] = useSearchParams();
  const to = (appid: string) => {
    const next = new URLSearchParams(search);
    next.set('appid', appid);
    return { pathname, search: next.toString(), hash };
  };
  return (
    <div className="card">
      <Empty text={children}>
        {accounts.length <= MOST
          ? accounts.map((account) => (
              <Link key={account.appid} className="chip pick" to={to(account.appid)}>
                <Monogram account={account} />
                {account.name}
                {account.sandbox && <SandboxTag />}
              </Link>
            ))
          : t('account.topLeft')}
      </Empty>
    </div>
  );
}
