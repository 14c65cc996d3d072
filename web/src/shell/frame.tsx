import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, Outlet, useLocation, useSearchParams } from 'react-router';
import { useChosenAccount } from '../api/accounts';
import { stream } from '../api/events';
import { meQuery, useMe } from '../api/me';
import { SessionOver } from '../session/session-over';
import { SessionSoon } from '../session/session-soon';
import { AccountSwitcher } from './account-switcher';
import { Brand } from './brand';
import { Clock } from './clock';
import { Menu } from './menu';
import { Notices } from './notices';
import { PersonMenu } from './person-menu';
import { Palette } from './palette';
import { QuotaLeft } from './quota-left';
import './shell.css';

/** Menu, head and what the address shows. The same on every page of somebody who is in. */
export function Frame() {
  const { t } = useTranslation();
  const me = useMe();
  const account = useChosenAccount();
  const { pathname } = useLocation();
  const [search] = useSearchParams();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  const client = useQueryClient();
  useEffect(() => stream.onRightsChanged(() => void client.invalidateQueries(meQuery)), [client]);

  // Who walks by keyboard or ear starts a new page at its heading. Between the tabs of one, one stays where one is.
  const page = pageOf(pathname);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    const heading = main.current?.querySelector<HTMLElement>('h1');
    if (heading) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
  }, [page]);

  const chosen = search.get('appid');
  return (
    <div className="frame" data-sandbox={account?.sandbox === true || undefined}>
      <a
        className="skip-link"
        href="#content"
        onClick={(event) => {
          // By itself it would lead to where <base> says, which is another page.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('skip')}
      </a>
      <aside className="sider">
        <Link
          className="sider-brand"
          to={{ pathname: '/', search: chosen ? `?appid=${chosen}` : '' }}
        >
          <Brand />
        </Link>
        <Menu me={me} />
      </aside>
      <header className="topbar">
        <AccountSwitcher />
        <QuotaLeft />
        <span className="grow" />
        <Palette />
        <Clock />
        <PersonMenu me={me} />
      </header>
      <Notices />
      {account?.sandbox === true && <p className="sandbox-line">{t('sandbox.frame')}</p>}
      <main className="content" id="content" ref={main} tabIndex={-1}>
        {/* Who came in by a one-time password does nothing before it is changed. */}
        {me.mustChangePassword && pathname !== '/me' ? <Navigate to="/me" replace /> : <Outlet />}
      </main>
      <Menu me={me} phone />
      <SessionSoon />
      <SessionOver />
    </div>
  );
}

/** The tabs of a broadcast and those of the settings are one page each. */
const pageOf = (pathname: string): string =>
  /^\/(?:broadcasts\/[^/]+|settings)(?=\/|$)/.exec(pathname)?.[0] ?? pathname;
