import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Account, accountsQuery } from '../api/accounts';
import { useMay } from '../api/me';
import { moment } from '../format/times';
import { Monogram } from '../shell/monogram';
import { SandboxTag } from '../shell/sandbox-tag';
import { useTitle } from '../shell/use-title';
import { Shown } from '../states/page-states';
import { Ways } from '../welcome/ways';
import { Connection } from './connection';
import { kindOf } from './kind-of';
import './accounts.css';

export function AccountsPage() {
  const { t } = useTranslation('accounts');
  const manages = useMay('account.manage');
  const read = useQuery(accountsQuery);
  useTitle(t('title'));
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('title')}</h1>
        {manages && (
          <Link to="/welcome">
            <Button type="primary" tabIndex={-1}>
              {t('connect')}
            </Button>
          </Link>
        )}
      </div>
      <Shown of={read}>
        {({ items }) =>
          items.length === 0 ? (
            <>
              <p className="secondary">{t('none')}</p>
              <Ways />
            </>
          ) : (
            <div className="card table-scroll">
              <table className="table phone-cut-2 phone-cut-4 phone-cut-5">
                <thead>
                  <tr>
                    {(['name', 'kind', 'connection', 'callback', 'labels'] as const).map((name) => (
                      <th key={name} scope="col">
                        {t(`columns.${name}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {/* The simulated ones last, as where one chooses. */}
                  {[...items].sort(realFirst).map((account) => (
                    <Row key={account.appid} account={account} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Shown>
    </div>
  );
}

const realFirst = (a: Account, b: Account): number => Number(a.sandbox) - Number(b.sandbox);

function Row({ account }: { readonly account: Account }) {
  const { t } = useTranslation('accounts');
  const { callback } = account.health;
  return (
    <tr>
      <th scope="row">
        <Link className="account-name" to={`/accounts/${account.appid}`}>
          <Monogram account={account} />
          <span>
            <span className="account-title">
              {account.name} {account.sandbox && <SandboxTag />}
            </span>
            <span className="code quiet">{account.appid}</span>
          </span>
        </Link>
      </th>
      <td className="nowrap">{t(`kind.${kindOf(account)}`)}</td>
      <td>
        {account.held ? (
          <span className="state-tag" data-ink="wait">
            {t('held')}
          </span>
        ) : (
          <Connection account={account} />
        )}
      </td>
      <td className="nowrap">
        {callback.pushAt === null ? (
          <span className="quiet">{t('callback.never')}</span>
        ) : (
          t('callback.at', { time: moment(callback.pushAt) })
        )}
      </td>
      <td>
        <span className="row">
          {account.labels.map((label) => (
            <span key={label} className="label">
              {label}
            </span>
          ))}
        </span>
      </td>
    </tr>
  );
}
