import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { wholeOf } from '../charts/after-stop';
import { DeliveryBar } from '../charts/delivery-bar';
import { type Tally, tallyOfBroadcast, totalOf } from '../charts/tally';
import { count, percent } from '../format/numbers';
import type { DeliveryName } from '../states/inks';
import { DeliveriesLink } from './deliveries-link';

interface Level {
  readonly name: 'all' | 'sent' | 'accepted' | 'delivered';
  readonly kept: number;
  /** What did not get to the next level, and why. */
  readonly lost: readonly DeliveryName[];
}

/** Bars of one scale, never a cone, whose areas lie. What nobody knows is a loss of its own and in no success. */
export function Funnel({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation(['broadcast', 'states']);
  const tally = tallyOfBroadcast(broadcast);
  const total = totalOf(tally);
  const whole = wholeOf(broadcast, total);
  const accepted = tally.accepted + tally.delivered + tally.blocked + tally.failed;
  const sent = accepted + tally.reviewing + tally.refused + tally.unknown;
  const levels: readonly Level[] = [
    { name: 'all', kept: total, lost: ['skipped', 'sending', 'pending'] },
    { name: 'sent', kept: sent, lost: ['refused', 'unknown', 'reviewing'] },
    { name: 'accepted', kept: accepted, lost: ['blocked', 'failed', 'accepted'] },
    { name: 'delivered', kept: tally.delivered, lost: [] },
  ];
  return (
    <section className="card" aria-labelledby="funnel-title">
      <header className="card-head">
        <h2 id="funnel-title">{t('funnel.title')}</h2>
      </header>
      <div className="card-body stack">
        <p className="secondary">
          {whole === 'nobody'
            ? t('whole.nobody')
            : accepted === 0
              ? t(broadcast.endedAt === null ? 'funnel.none' : 'funnel.never')
              : t('funnel.conclusion', {
                  accepted: count(accepted),
                  share: percent(tally.delivered, accepted),
                })}
        </p>
        {total > 0 && (
          <ol className="funnel num">
            {levels.map(({ name, kept, lost }) => (
              <li key={name}>
                <div className="funnel-head">
                  <span>{t(`funnel.${name}`)}</span>
                  <strong>{count(kept)}</strong>
                  <span className="quiet">{percent(kept, total)}</span>
                </div>
                <div className="funnel-track">
                  <div
                    className="funnel-bar"
                    style={{ inlineSize: `${(kept / Math.max(total, 1)) * 100}%` }}
                  >
                    {kept > 0 && <DeliveryBar tally={only(tally, name)} slim />}
                  </div>
                </div>
                <ul className="funnel-lost">
                  {lost
                    .filter((each) => tally[each] > 0)
                    .map((each) => (
                      <li key={each} title={t(`states:tip.${each}`)}>
                        <DeliveriesLink id={broadcast.id} state={each}>
                          {t(`states:delivery.${each}`)} {count(tally[each])}
                        </DeliveriesLink>
                      </li>
                    ))}
                </ul>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}

/** The states that a level still has. */
function only(tally: Tally, level: Level['name']): Tally {
  const gone: Readonly<Record<Level['name'], readonly DeliveryName[]>> = {
    all: [],
    sent: ['skipped', 'sending', 'pending'],
    accepted: ['skipped', 'sending', 'pending', 'refused', 'unknown', 'reviewing'],
    delivered: [
      'skipped',
      'sending',
      'pending',
      'refused',
      'unknown',
      'reviewing',
      'blocked',
      'failed',
      'accepted',
    ],
  };
  return { ...tally, ...Object.fromEntries(gone[level].map((name) => [name, 0])) };
}
