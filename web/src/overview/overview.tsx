import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAccounts, useChosenAccount } from '../api/accounts';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { Freshness } from '../shell/freshness';
import { useTitle } from '../shell/use-title';
import { NewBroadcast } from '../states/new-broadcast';
import { Forbidden, Shown } from '../states/page-states';
import { Ways } from '../welcome/ways';
import { FirstBroadcast, useBegun } from './first-broadcast';
import { NeedsYou } from './needs-you';
import { Running } from './running';
import { Today } from './today';
import './overview.css';

const EVERY_MS = 15_000;

/** What needs somebody, what runs, and how the day goes. */
export function Overview() {
  const { t } = useTranslation('overview');
  const accounts = useAccounts();
  const appid = useChosenAccount()?.appid;
  const mayRead = useMay('broadcast.read');
  const first = useBegun(appid);
  const isFirst = first?.begun === false;
  useTitle(t('title'));
  const read = useQuery({
    queryKey: ['overview'],
    queryFn: () => answered(api.GET('/v1/overview')),
    refetchInterval: EVERY_MS,
    refetchOnWindowFocus: 'always',
    enabled: mayRead,
  });
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('title')}</h1>
        <span className="quiet small num">
          <Freshness />
        </span>
        {accounts.length > 0 && first?.begun === true && <NewBroadcast />}
      </div>
      {mayRead ? (
        <Shown of={read} lines={6}>
          {(overview) => (
            <>
              {accounts.length === 0 && <Ways />}
              {accounts.length > 0 && isFirst && (
                <FirstBroadcast appid={appid} draft={first.draft} />
              )}
              <NeedsYou items={overview.needsYou} />
              <Running appid={appid} />
              <Today
                rows={overview.today.filter((row) => appid === undefined || row.appid === appid)}
                quota={overview.quota}
              />
            </>
          )}
        </Shown>
      ) : (
        <Forbidden />
      )}
    </div>
  );
}
