import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { skipsAfterStop } from '../charts/after-stop';
import { tallyOfBroadcast } from '../charts/tally';
import { count } from '../format/numbers';
import { LEFT_OUT } from '../states/reason';
import { ReasonWords } from '../states/reason-words';

/** Everybody who was left out, to the last one: the reasons add up to the figure above. */
export function Skipped({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('broadcast');
  const written = broadcast.counts['skipped'] ?? 0;
  const total = tallyOfBroadcast(broadcast).skipped;
  if (total === 0) return null;
  return (
    <section className="card" aria-labelledby="skipped-title">
      <header className="card-head">
        <h2 id="skipped-title">{t('skipped.title')}</h2>
        <span className="quiet num">{t('skipped.rest', { n: count(total) })}</span>
      </header>
      <table className="table">
        <tbody>
          {skipsAfterStop(broadcast.skipped, total - written).map(({ reason, count: people }) => (
            <tr key={reason}>
              <th scope="row">
                <ReasonWords delivery={{ ...LEFT_OUT, detail: reason }} />
              </th>
              <td className="end">{count(people)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > written && (
        <p className="card-body quiet small num">
          {t('skipped.writing', { n: count(total - written) })}
        </p>
      )}
    </section>
  );
}
