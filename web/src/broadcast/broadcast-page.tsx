import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useOutletContext, useParams, useSearchParams } from 'react-router';
import { useAccounts } from '../api/accounts';
import { type Broadcast, useLiveBroadcast } from '../api/broadcasts';
import { MoodSelect } from '../shell/sandbox-mood';
import { useTitle } from '../shell/use-title';
import { Shown } from '../states/page-states';
import { UndoBar } from '../states/undo';
import { WaitingFor } from '../states/waiting-for';
import { Explanation } from './explanation';
import { Head } from './head';
import { Totals } from './totals';
import { Why } from './why';
import './broadcast.css';

/** What a tab of this page is given. */
interface TabContext {
  readonly broadcast: Broadcast;
}
export const useBroadcastOfPage = (): Broadcast => useOutletContext<TabContext>().broadcast;

/** The tabs that there are, by the last part of their address. */
const TABS = ['', 'deliveries', 'errors', 'timeline', 'content'] as const;
type Tab = (typeof TABS)[number];

/** What nothing changes any more. */
const OVER: ReadonlySet<string> = new Set(['finished', 'stopped', 'cancelled']);

export function BroadcastPage() {
  const { id = '' } = useParams();
  const read = useLiveBroadcast(id);
  return (
    <div className="page">
      <Shown of={read} lines={6}>
        {(broadcast) => <Live broadcast={broadcast} />}
      </Shown>
    </div>
  );
}

function Live({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation(['broadcast', 'states']);
  const [search] = useSearchParams();
  const appid = search.get('appid');
  const account = useAccounts().find((each) => each.appid === broadcast.appid);
  const name = broadcast.name ?? t('unnamed');
  useTitle(`${t(`states:shown.${broadcast.shown.state}`)} · ${name}`);
  return (
    <>
      {broadcast.shown.state === 'undo' && <UndoBar broadcast={broadcast} />}
      <Head broadcast={broadcast} />
      {account?.sandbox === true && !OVER.has(broadcast.shown.state) && (
        <MoodSelect appid={account.appid} />
      )}
      <WaitingFor what={broadcast.waitingFor} />
      <Explanation broadcast={broadcast} />
      <Totals broadcast={broadcast} />
      <Why broadcast={broadcast} />
      <nav className="page-tabs" aria-label={t('tabs.label')}>
        {TABS.map((tab) => (
          <NavLink
            key={tab}
            end
            to={{
              pathname: `/broadcasts/${broadcast.id}${tab === '' ? '' : `/${tab}`}`,
              search: appid === null ? '' : `?appid=${appid}`,
            }}
          >
            {t(`tabs.${WORDS[tab]}`)}
          </NavLink>
        ))}
      </nav>
      <Outlet context={{ broadcast } satisfies TabContext} />
    </>
  );
}

const WORDS = {
  '': 'progress',
  deliveries: 'deliveries',
  errors: 'errors',
  timeline: 'timeline',
  content: 'content',
} as const satisfies Record<Tab, string>;
