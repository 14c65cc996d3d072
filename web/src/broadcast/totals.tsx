import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { wholeOf } from '../charts/after-stop';
import { DeliveryBar, Swatch } from '../charts/delivery-bar';
import { handledOf, sentOf, settledOf, tallyOfBroadcast, totalOf } from '../charts/tally';
import { count, percent, perSecond } from '../format/numbers';
import { about, duration, moment } from '../format/times';
import { Freshness } from '../shell/freshness';
import { DELIVERY_ORDER, type DeliveryName } from '../states/inks';
import { DeliveriesLink } from './deliveries-link';

/** Shown large: what arrived, and what nobody knows yet. The others stand in the key below the bar. */
const LARGE = ['delivered', 'accepted', 'reviewing', 'unknown'] as const;

export function Totals({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation(['broadcast', 'states']);
  const tally = tallyOfBroadcast(broadcast);
  const total = totalOf(tally);
  const isClosed = broadcast.receiptsOpen === 0 && tally.accepted > 0;
  const label = (name: DeliveryName): string =>
    name === 'accepted' && isClosed ? t('states:noReceipt') : t(`states:delivery.${name}`);
  const whole = wholeOf(broadcast, total);
  const legend = DELIVERY_ORDER.filter((name) => tally[name] > 0);
  if (
    total === 0 &&
    ['draft', 'rejected', 'scheduled', 'undo', 'awaiting_approval'].includes(broadcast.shown.state)
  )
    return null;
  // A row of naughts tells less than the sentence below.
  if (whole === 'nobody') return null;
  return (
    <section className="card totals" aria-label={t('tabs.progress')}>
      <dl className="totals-figures">
        {LARGE.map((name) => (
          <div key={name} data-zero={tally[name] === 0 || undefined}>
            <dt title={t(`states:tip.${name}`)}>
              <Swatch state={name} /> {label(name)}
            </dt>
            <dd className="num">
              {tally[name] === 0 ? (
                0
              ) : (
                <DeliveriesLink id={broadcast.id} state={name}>
                  {count(tally[name])}
                </DeliveriesLink>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <DeliveryBar tally={tally} expanded={whole !== 'counting'} />
      <div className="totals-foot num">
        <span>
          {whole === 'counted' ? (
            <>
              {broadcast.shown.state === 'stopped'
                ? t('sent', { share: percent(sentOf(tally), total) })
                : t('handled', { share: percent(handledOf(tally), total) })}{' '}
              · {t('settled', { share: percent(settledOf(tally, broadcast.receiptsOpen), total) })}{' '}
              · {t('figures.of', { n: count(total) })}
            </>
          ) : (
            t(`whole.${whole}`, { n: count(total) })
          )}
        </span>
        <Pace broadcast={broadcast} />
        <Freshness />
      </div>
      <ul className="legend num">
        {legend.map((name) => (
          <li key={name} title={t(`states:tip.${name}`)}>
            <DeliveriesLink id={broadcast.id} state={name}>
              <Swatch state={name} />
              <span>{label(name)}</span>
              <strong>{count(tally[name])}</strong>
            </DeliveriesLink>
            {whole === 'counted' && <span className="quiet">{percent(tally[name], total)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How fast it goes, what keeps it from going faster, and until when. */
function Pace({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('broadcast');
  const { shown, ratePerSecond, limitedBy, etaSeconds } = broadcast;
  if (shown.state === 'running') {
    const parts = [
      t('rate', { rate: perSecond(ratePerSecond) }),
      limitedBy && t(`limitedBy.${limitedBy}`),
      etaSeconds !== null && ratePerSecond > 0 && t('eta', { time: about(etaSeconds) }),
    ].filter(Boolean);
    return <span>{parts.join(' · ')}</span>;
  }
  if (shown.state === 'waiting' && shown.until !== undefined)
    return <span>{t('until', { time: moment(shown.until) })}</span>;
  const since = broadcast.holds[0]?.since;
  if ((shown.state === 'paused' || shown.state === 'stale') && since !== undefined)
    return (
      <span>{t('stopped', { time: duration((Date.now() - Date.parse(since)) / 1_000) })}</span>
    );
  return null;
}
