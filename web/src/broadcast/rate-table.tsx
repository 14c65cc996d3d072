import { useTranslation } from 'react-i18next';
import type { Pause } from '../charts/pauses';
import { type RatePoint, thinned } from '../charts/rate-points';
import { perSecond } from '../format/numbers';
import { at, duration, toSecond } from '../format/times';
import { usePauseWords } from './use-pauses';

/** As many as somebody reads. */
const ROWS = 15;

/** What the chart shows, as text: the stretches without sending, then the speeds. */
export function RateTable({
  points,
  pauses,
  now,
}: {
  readonly points: readonly RatePoint[];
  readonly pauses: readonly Pause[];
  readonly now: number;
}) {
  const { t } = useTranslation('rates');
  const pauseWords = usePauseWords();
  return (
    <>
      {pauses.length > 0 && (
        <div>
          <h3 className="small">{t('pauses')}</h3>
          <ul className="small secondary num">
            {pauses.map(({ from, to, reasons }) => {
              const time = duration(((to ?? now) - from) / 1_000);
              return (
                <li key={from} dir="auto">
                  {to === null
                    ? t('still', { from: at(from), time })
                    : t('stretch', { from: at(from), to: at(to), time })}{' '}
                  {reasons.map((reason) => pauseWords(reason, true)).join(' · ')}
                </li>
              );
            })}
          </ul>
        </div>
      )}
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('columns.time')}</th>
              {(['accepted', 'delivered', 'cap'] as const).map((column) => (
                <th key={column} scope="col" className="end">
                  {t(`columns.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {thinned(points, ROWS).map((point) => (
              <tr key={point.at}>
                <th scope="row" className="num">
                  {toSecond(new Date(point.at))}
                </th>
                <td className="end num">{perSecond(point.accepted)}</td>
                <td className="end num">{perSecond(point.delivered)}</td>
                <td className="end num">
                  {point.allowed === null ? '—' : perSecond(point.allowed)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
