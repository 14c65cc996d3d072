import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { count } from '../format/numbers';

const KNOWN = [
  'suppressed',
  'unsubscribed',
  'cancelled',
  'no_form_id',
  'expired',
  'no_grant',
] as const;
type Known = (typeof KNOWN)[number];

/** Everybody who was left out, to the last one: the reasons add up to the figure above. */
export function Skipped({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('broadcast');
  const total = broadcast.counts['skipped'] ?? 0;
  if (total === 0) return null;
  return (
    <section className="card" aria-labelledby="skipped-title">
      <header className="card-head">
        <h2 id="skipped-title">{t('skipped.title')}</h2>
        <span className="quiet num">{t('skipped.rest', { n: count(total) })}</span>
      </header>
      <table className="table">
        <tbody>
          {broadcast.skipped.map(({ reason, count: people }) => (
            <tr key={reason}>
              <th scope="row">
                {KNOWN.includes(reason as Known)
                  ? t(`skipped.${reason as Known}`)
                  : t('skipped.other', { reason })}
              </th>
              <td className="end">{count(people)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
