import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import type { Band } from '../charts/rate-chart';
import { ratesOf } from '../charts/rate-points';
import { perSecond } from '../format/numbers';
import { duration } from '../format/times';
import { Failed, Loading } from '../states/page-states';
import { RateTable } from './rate-table';
import { usePauses, usePauseWords } from './use-pauses';
import { useSamples } from './use-samples';

/** Charts are a chunk of their own, which only this card asks for. */
const RateChart = lazy(async () => {
  try {
    return { default: (await import('../charts/rate-chart')).RateChart };
  } catch {
    return { default: NotLoaded };
  }
});

/** A cap so far above what was reached is told beside the chart. */
const CAP_WITHIN = 3;

/** How fast it went, what it was allowed, and when it stood still. */
export function Rates({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('rates');
  const [asTable, setAsTable] = useState(false);
  const { samples, read, now } = useSamples(broadcast);
  const pauses = usePauses(broadcast.id, broadcast.startedAt !== null);
  const pauseWords = usePauseWords();
  const isRunning = broadcast.shown.state === 'running';
  const isOver = broadcast.endedAt !== null;
  const points = useMemo(() => {
    const known = ratesOf(samples);
    const last = known.at(-1);
    // Until the next sample nothing else is known; what is over is over.
    return last === undefined || isOver || now <= last.at
      ? known
      : [...known, { ...last, at: now, ...(!isRunning && STILL) }];
  }, [samples, now, isOver, isRunning]);
  const bands = useMemo(
    () =>
      pauses.map(({ from, to, reasons: [first] }): Band => ({
        from,
        to: to ?? now,
        name: first === undefined ? '' : pauseWords(first),
      })),
    [pauses, now, pauseWords],
  );
  const words = useMemo(
    () => ({ accepted: t('accepted'), delivered: t('delivered'), cap: t('cap') }),
    [t],
  );
  if (broadcast.startedAt === null) return null;

  const peak = Math.max(
    0,
    ...points.map(({ accepted, delivered }) => Math.max(accepted, delivered)),
  );
  const cap = Math.max(0, ...points.map(({ allowed }) => allowed ?? 0));
  const withCap = cap > 0 && cap <= peak * CAP_WITHIN;
  const fastest = Math.max(0, ...points.map(({ accepted }) => accepted));
  const stood = pauses.reduce((sum, { from, to }) => sum + (to ?? now) - from, 0);
  const speed = isRunning
    ? t('now', { rate: perSecond(points.at(-1)?.accepted ?? 0), peak: perSecond(fastest) })
    : t('past', { peak: perSecond(fastest) });
  const conclusion =
    pauses.length === 0
      ? speed
      : t('both', {
          speed,
          pauses: t('paused', { n: pauses.length, time: duration(stood / 1_000) }),
        });
  return (
    <section className="card" aria-labelledby="rates-title">
      <header className="card-head">
        <h2 id="rates-title">{t('title')}</h2>
        {samples.length > 1 && (
          <div className="view-switch" role="group" aria-label={t('view')}>
            {([false, true] as const).map((table) => (
              <button
                key={String(table)}
                type="button"
                aria-pressed={asTable === table}
                onClick={() => setAsTable(table)}
              >
                {table ? t('table') : t('chart')}
              </button>
            ))}
          </div>
        )}
      </header>
      <div className="card-body stack">
        {read.data === undefined ? (
          read.error ? (
            <Failed error={read.error} onRetry={() => void read.refetch()} />
          ) : (
            <Loading lines={4} />
          )
        ) : samples.length < 2 ? (
          <p className="secondary">{isOver ? t('tooFew') : t('none')}</p>
        ) : (
          <>
            <p className="secondary num">{conclusion}</p>
            {asTable ? (
              <RateTable points={points} pauses={pauses} now={now} />
            ) : (
              <figure>
                <Suspense fallback={<div className="rate-chart" aria-busy="true" />}>
                  <RateChart
                    points={points}
                    bands={bands}
                    withCap={withCap}
                    words={words}
                    label={`${t('title')}: ${conclusion}`}
                  />
                </Suspense>
                <figcaption className="rate-key small secondary num">
                  <span data-line="accepted">{t('accepted')}</span>
                  <span data-line="delivered">{t('delivered')}</span>
                  {withCap ? (
                    <span data-line="cap">{t('cap')}</span>
                  ) : (
                    cap > 0 && <span>{t('capAway', { cap: perSecond(cap) })}</span>
                  )}
                  <span className="quiet">{t('perSecond')}</span>
                </figcaption>
              </figure>
            )}
          </>
        )}
      </div>
    </section>
  );
}

const STILL = { accepted: 0, delivered: 0 };

function NotLoaded() {
  const { t } = useTranslation('rates');
  return <p className="secondary">{t('notLoaded')}</p>;
}
