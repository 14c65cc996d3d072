import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { BroadcastRow } from '../api/broadcasts';
import { wholeOf } from '../charts/after-stop';
import { DeliveryBar } from '../charts/delivery-bar';
import { handledOf, sentOf, tallyOfBroadcast, totalOf } from '../charts/tally';
import { count, perSecond } from '../format/numbers';
import { about, moment } from '../format/times';
import { ArchiveButton, archiveVerb, hasEnded } from '../states/archive';
import { ShownTag } from '../states/state-tag';
import { UndoInRow } from '../states/undo';

/** A real table: a screen reader reads its rows, and on a phone each becomes a card. */
export function Rows({
  rows,
  withAccount,
}: {
  readonly rows: readonly BroadcastRow[];
  readonly withAccount: boolean;
}) {
  const { t } = useTranslation(['broadcasts', 'broadcast']);
  return (
    <div className="table-scroll">
      <table className="table phone-rows list">
        <thead>
          <tr>
            <th scope="col">{t('columns.name')}</th>
            <th scope="col">{t('columns.state')}</th>
            <th scope="col">{t('columns.progress')}</th>
            <th scope="col">{t('columns.time')}</th>
            <th scope="col">{t('columns.by')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('broadcast:verbs.label')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} withAccount={withAccount} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, withAccount }: { readonly row: BroadcastRow; readonly withAccount: boolean }) {
  const { t } = useTranslation(['broadcasts', 'broadcast']);
  const [search] = useSearchParams();
  const tally = tallyOfBroadcast(row);
  const total = totalOf(tally);
  const whole = wholeOf(row, total);
  const isDraft = row.shown.state === 'draft';
  const appid = search.get('appid');
  return (
    <tr>
      <th scope="row">
        <Link
          className="list-name"
          to={{
            pathname: isDraft ? `/compose/${row.id}` : `/broadcasts/${row.id}`,
            search: appid === null ? '' : `?appid=${appid}`,
          }}
          dir="auto"
        >
          {row.name ?? t('broadcast:unnamed')}
        </Link>
        <span className="list-under quiet small">
          {[withAccount && row.account.name, row.template.title].filter(Boolean).join(' · ')}
        </span>
      </th>
      <td className="list-state">
        <ShownTag shown={row.shown} />
      </td>
      <td className="list-progress">
        {row.shown.state === 'undo' && <UndoInRow broadcast={row} />}
        {whole === 'nobody' && (
          <span className="small secondary">{t('broadcast:whole.nobody')}</span>
        )}
        {total > 0 && (
          <>
            <DeliveryBar tally={tally} expanded={whole !== 'counting'} slim />
            <span className="small secondary num">
              {whole !== 'counted'
                ? t(`broadcast:whole.${whole}`, { n: count(total) })
                : row.shown.state === 'stopped'
                  ? t('sentOf', { sent: count(sentOf(tally)), total: count(total) })
                  : t('of', { handled: count(handledOf(tally)), total: count(total) })}
              {row.shown.state === 'running' && (
                <>
                  {' · '}
                  {t('broadcast:rate', { rate: perSecond(row.ratePerSecond) })}
                  {row.etaSeconds !== null && row.ratePerSecond > 0 && (
                    <> · {t('broadcast:eta', { time: about(row.etaSeconds) })}</>
                  )}
                </>
              )}
            </span>
          </>
        )}
      </td>
      <td className="list-time num small secondary">
        <Time row={row} />
      </td>
      <td className="list-by small secondary" dir="auto">
        {row.createdBy?.name ?? ''}
      </td>
      <td className="list-verbs">
        {/* No room for reasons: whoever may not has no button here. */}
        {hasEnded(row) && row.can?.[archiveVerb(row)].ok === true && (
          <ArchiveButton broadcast={row} small />
        )}
      </td>
    </tr>
  );
}

/** The moment that says most of it now. */
function Time({ row }: { readonly row: BroadcastRow }) {
  const { t } = useTranslation('broadcasts');
  const { shown, startAt, startedAt, endedAt, createdAt } = row;
  const isToStart = shown.state === 'scheduled' || shown.state === 'undo';
  if (isToStart && startAt !== null) return <>{t('starts', { time: moment(startAt) })}</>;
  if (shown.state === 'awaiting_receipts' && shown.until)
    return <>{t('receiptsUntil', { time: moment(shown.until) })}</>;
  if (shown.until) return <>{t('until', { time: moment(shown.until) })}</>;
  if (endedAt !== null)
    return (
      <>
        {t(shown.state === 'stopped' || shown.state === 'cancelled' ? shown.state : 'ended', {
          time: moment(endedAt),
        })}
      </>
    );
  if (startedAt !== null) return <>{t('started', { time: moment(startedAt) })}</>;
  return <>{t('created', { time: moment(createdAt) })}</>;
}
