import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { count, percent } from '../format/numbers';
import { inLanguage } from '../locales/language';
import { Empty } from '../states/page-states';
import { firstSentence, otherSentences } from '../states/reason';
import { useBroadcastOfPage } from './broadcast-page';

/** Why messages did not go out, most frequent first, each with what it means and what to do about it. */
export function ErrorsTab() {
  const { t } = useTranslation('broadcast');
  const { id, errors } = useBroadcastOfPage();
  const [search] = useSearchParams();
  const sorted = [...errors].sort((a, b) => b.count - a.count);
  const total = sorted.reduce((sum, each) => sum + each.count, 0);
  const most = sorted[0]?.count ?? 0;
  if (sorted.length === 0)
    return (
      <section className="card">
        <Empty text={t('errors.none')} />
      </section>
    );
  const to = (errcode: number) => {
    const query = new URLSearchParams(search);
    query.delete('state');
    query.set('errcode', String(errcode));
    return { pathname: `/broadcasts/${id}/deliveries`, search: query.toString() };
  };
  return (
    <section className="card" aria-labelledby="errors-title">
      <header className="card-head">
        <h2 id="errors-title" className="grow">
          {t('errors.title')}
        </h2>
        <span className="quiet num">{t('errors.total', { n: count(total) })}</span>
      </header>
      <ul className="error-rows">
        {sorted.map(({ errcode, count: people, meaning }) => (
          <li key={errcode}>
            <div className="error-head num">
              <strong>{firstSentence(inLanguage(meaning))}</strong>
              <span className="code quiet">{errcode}</span>
              <Link to={to(errcode)}>{t('errors.people', { n: count(people) })}</Link>
              <span className="quiet small">{percent(people, total)}</span>
            </div>
            <div className="error-track" aria-hidden="true">
              <span style={{ inlineSize: `${(people / most) * 100}%` }} />
            </div>
            <p>{otherSentences(inLanguage(meaning))}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
