import { CheckOutlined, DownOutlined } from '@ant-design/icons';
import { Popover } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'react-router';
import { type Account, accountsQuery, useAccounts, useChosenAccount } from '../api/accounts';
import { useMay } from '../api/me';
import { Monogram } from './monogram';
import { SandboxTag } from './sandbox-tag';

/** Which account the pages show; it stands in the address, so that a link shows the same to a colleague. */
export function AccountSwitcher() {
  const { t } = useTranslation();
  const { isPending } = useQuery(accountsQuery);
  const accounts = useAccounts();
  const chosen = useChosenAccount();
  const [open, setOpen] = useState(false);
  // Nobody says that there is none before it is known.
  if (isPending) return <span />;
  if (accounts.length === 0) return <span className="quiet">{t('account.none')}</span>;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      destroyOnHidden
      content={<AccountList accounts={accounts} chosen={chosen} onChoice={() => setOpen(false)} />}
    >
      <button type="button" className="switcher" aria-expanded={open}>
        <span className="visually-hidden">{t('account.label')} </span>
        {chosen && <Monogram account={chosen} />}
        <span className="switcher-name">{chosen?.name ?? t('account.all')}</span>
        {chosen?.sandbox === true && <SandboxTag />}
        <DownOutlined />
      </button>
    </Popover>
  );
}

/** Beyond so many, one types to find. */
const FIND_FROM = 7;

function AccountList({
  accounts,
  chosen,
  onChoice,
}: {
  readonly accounts: readonly Account[];
  readonly chosen: Account | undefined;
  readonly onChoice: () => void;
}) {
  const { t } = useTranslation();
  const manages = useMay('account.manage');
  const [find, setFind] = useState('');
  const id = useId();
  const wanted = find.trim().toLowerCase();
  const found = accounts.filter(({ name, appid, shortName }) =>
    [name, appid, shortName ?? ''].some((text) => text.toLowerCase().includes(wanted)),
  );
  // The pretended ones last: nobody is to take one by accident.
  const sorted = [...found].sort((a, b) => Number(a.sandbox) - Number(b.sandbox));
  return (
    <div className="switcher-list">
      {accounts.length >= FIND_FROM && (
        <>
          <label className="visually-hidden" htmlFor={id}>
            {t('account.find')}
          </label>
          <input
            id={id}
            className="input"
            placeholder={t('account.find')}
            value={find}
            autoFocus
            onChange={(event) => setFind(event.target.value)}
          />
        </>
      )}
      <ul>
        {accounts.length > 1 && wanted === '' && (
          <Choice appid={undefined} isChosen={chosen === undefined} onChoice={onChoice}>
            {t('account.all')}
          </Choice>
        )}
        {sorted.map((account) => (
          <Choice
            key={account.appid}
            appid={account.appid}
            isChosen={account.appid === chosen?.appid}
            onChoice={onChoice}
          >
            <Monogram account={account} />
            <span className="switcher-name">{account.name}</span>
            {account.sandbox && <SandboxTag />}
          </Choice>
        ))}
      </ul>
      {found.length === 0 && <p className="quiet small">{t('account.nothing')}</p>}
      {manages && (
        <p className="switcher-foot">
          <Link to="/accounts" onClick={onChoice}>
            {t('account.manage')}
          </Link>
        </p>
      )}
    </div>
  );
}

function Choice({
  appid,
  isChosen,
  onChoice,
  children,
}: {
  readonly appid: string | undefined;
  readonly isChosen: boolean;
  readonly onChoice: () => void;
  readonly children: React.ReactNode;
}) {
  const { pathname } = useLocation();
  const [search] = useSearchParams();
  const next = new URLSearchParams(search);
  if (appid === undefined) next.delete('appid');
  else next.set('appid', appid);
  next.delete('after');
  return (
    <li>
      <Link
        className="switcher-choice"
        to={{ pathname, search: next.toString() }}
        aria-current={isChosen || undefined}
        onClick={onChoice}
      >
        {children}
        {isChosen && <CheckOutlined className="switcher-check" />}
      </Link>
    </li>
  );
}
