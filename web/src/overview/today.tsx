import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { components } from '../api/schema';
import { count, percent } from '../format/numbers';

type Row = components['schemas']['TodayView'];
type Quota = components['schemas']['OverviewQuotaView'];
const COLUMNS = ['accepted', 'delivered', 'blocked', 'failed', 'unknown', 'quota'] as const;

/** A row an account, trouble first: an agency has forty of them. */
export function Today({
  rows,
  quota,
}: {
  readonly rows: readonly Row[];
  readonly quota: readonly Quota[];
}) {
  const { t } = useTranslation('overview');
  if (rows.length === 0) return null;
  const leftOf = (appid: string): number | null =>
    quota.find((each) => each.appid === appid)?.left ?? null;
  return (
    <section className="card" aria-labelledby="today-title">
      <header className="card-head">
        <h2 id="today-title">{t('today.title')}</h2>
        <span className="quiet small">{t('today.note')}</span>
      </header>
      <div className="table-scroll">
        <table className="table phone-rows today">
          <thead>
            <tr>
              <th scope="col">{t('today.account')}</th>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" className="end">
                  {t(`today.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const left = leftOf(row.appid);
              return (
                <tr key={row.appid}>
                  <th scope="row">
                    <Link to={`/broadcasts?appid=${row.appid}`}>{row.name}</Link>
                  </th>
                  <td className="end" data-label={t('today.accepted')}>
                    {count(row.taken)}
                  </td>
                  <td className="end nowrap" data-label={t('today.delivered')}>
                    {count(row.delivered)}{' '}
                    <span className="quiet small">{percent(row.delivered, row.taken)}</span>
                  </td>
                  <td className="end" data-label={t('today.blocked')}>
                    {count(row.blocked)}
                  </td>
                  <td className="end" data-label={t('today.failed')}>
                    {count(row.failed + row.refused)}
                  </td>
                  <td className="end" data-label={t('today.unknown')}>
                    {count(row.unknown)}
                  </td>
                  <td className="end nowrap" data-label={t('today.quota')}>
                    {left === null ? '—' : t('today.left', { left: count(left) })}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
