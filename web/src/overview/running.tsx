import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { BroadcastRow } from '../api/broadcasts';
import { type LiveEvent, useTopics } from '../api/events';
import { DeliveryBar } from '../charts/delivery-bar';
import { handledOf, tallyOf, totalOf } from '../charts/tally';
import { count, perSecond } from '../format/numbers';
import { duration } from '../format/times';
import { ShownTag } from '../states/state-tag';

/** Those under way, each with its bar; told by the stream. */
export function Running({ rows }: { readonly rows: readonly BroadcastRow[] }) {
  const { t } = useTranslation('overview');
  const client = useQueryClient();
  const hear = useCallback(
    (event: LiveEvent) => {
      if (event.name !== 'progress') {
        void client.invalidateQueries({ queryKey: ['overview'] });
        return;
      }
      const id = event.topic.slice('broadcast:'.length);
      client.setQueriesData<{ running: BroadcastRow[] }>({ queryKey: ['overview'] }, (known) =>
        known === undefined
          ? known
          : {
              ...known,
              running: known.running.map((row) =>
                row.id === id ? { ...row, ...(event.data as Partial<BroadcastRow>) } : row,
              ),
            },
      );
    },
    [client],
  );
  useTopics(
    rows.map(({ id }) => `broadcast:${id}`),
    hear,
  );
  return (
    <section className="card" aria-labelledby="running-title">
      <header className="card-head">
        <h2 id="running-title">{t('running.title')}</h2>
      </header>
      {rows.length === 0 ? (
        <p className="card-body quiet">{t('running.none')}</p>
      ) : (
        <ul className="running">
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ row }: { readonly row: BroadcastRow }) {
  const { t } = useTranslation(['broadcast']);
  const [search] = useSearchParams();
  const tally = tallyOf(row.counts);
  const total = totalOf(tally);
  const isMoving = row.shown.state === 'running';
  return (
    <li>
      <div className="running-name">
        <Link to={{ pathname: `/broadcasts/${row.id}`, search: search.toString() }}>
          {row.name ?? t('unnamed')}
        </Link>
        <span className="quiet small">{row.account.name}</span>
      </div>
      <div className="running-bar">
        <DeliveryBar tally={tally} expanded={row.expanded} slim />
        <span className="small secondary num">
          {row.expanded
            ? `${count(handledOf(tally))} / ${count(total)}`
            : t('counting', { n: count(total) })}
        </span>
      </div>
      <div className="running-state">
        <ShownTag shown={row.shown} />
        {isMoving && (
          <span className="small secondary num">
            {t('rate', { rate: perSecond(row.ratePerSecond) })}
            {row.etaSeconds !== null && <> · {t('eta', { time: duration(row.etaSeconds) })}</>}
          </span>
        )}
      </div>
    </li>
  );
}
