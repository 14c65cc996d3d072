import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { components } from '../api/schema';
import { count, percent } from '../format/numbers';

type Row = components['schemas']['OverviewView']['today'][number];

/** A row an account, trouble first: an agency has forty of them. */
export function Today({ rows }: { readonly rows: readonly Row[] }) {
  const { t } = useTranslation('overview');
  return (
    <section className="card" aria-labelledby="today-title">
      <header className="card-head">
        <h2 id="today-title">{t('today.title')}</h2>
        <span className="quiet small">{t('today.note')}</span>
      </header>
      <div className="table-scroll">
        <table className="table today">
          <thead>
            <tr>
              <th scope="col">{t('today.account')}</th>
              <th scope="col" className="end">
                {t('today.accepted')}
              </th>
              <th scope="col" className="end">
                {t('today.delivered')}
              </th>
              <th scope="col" className="end">
                {t('today.blocked')}
              </th>
              <th scope="col" className="end">
                {t('today.unknown')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.appid}>
                <th scope="row">
                  <Link to={`/?appid=${row.appid}`}>{row.name}</Link>
                </th>
                <td className="end">{count(row.accepted)}</td>
                <td className="end">
                  {count(row.delivered)}{' '}
                  <span className="quiet small">{percent(row.delivered, row.accepted)}</span>
                </td>
                <td className="end">{count(row.blocked)}</td>
                <td className="end">{count(row.unknown)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
