import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { BroadcastRow } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { useTopics } from '../api/events';
import type { LiveEvent } from '../api/live-stream';
import { DeliveryBar } from '../charts/delivery-bar';
import { handledOf, tallyOf, totalOf } from '../charts/tally';
import { count, perSecond } from '../format/numbers';
import { about } from '../format/times';
import { Loading } from '../states/page-states';
import { ShownTag } from '../states/state-tag';

const UNDER_WAY = ['running', 'waiting', 'paused', 'stale'] as const;
const MOST = 10;
const EVERY_MS = 15_000;

/** Those under way, the sandbox's too, each with its bar; told by the stream. */
export function Running({ appid }: { readonly appid: string | undefined }) {
  const { t } = useTranslation('overview');
  const client = useQueryClient();
  const key = ['broadcasts', 'under-way', appid ?? 'all'];
  const { data } = useQuery({
    queryKey: key,
    queryFn: async () => {
      const pages = await Promise.all(
        UNDER_WAY.map((shown) =>
          answered(
            api.GET('/v1/broadcasts', {
              params: { query: { limit: MOST, shown, ...(appid !== undefined && { appid }) } },
            }),
          ),
        ),
      );
      return { items: pages.flatMap(({ items }) => items).slice(0, MOST) };
    },
    refetchInterval: EVERY_MS,
  });
  const rows = data?.items ?? [];
  const hear = useCallback(
    (event: LiveEvent) => {
      if (event.name === 'state') {
        void client.invalidateQueries({ queryKey: ['broadcasts', 'under-way'] });
        void client.invalidateQueries({ queryKey: ['overview'] });
        return;
      }
      if (event.name !== 'progress') return;
      const id = event.topic.slice('broadcast:'.length);
      client.setQueriesData<{ items: BroadcastRow[] }>(
        { queryKey: ['broadcasts', 'under-way'] },
        (known) =>
          known && {
            ...known,
            items: known.items.map((row) =>
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
        <Link to="/broadcasts">{t('running.all')}</Link>
      </header>
      {data === undefined ? (
        <div className="card-body">
          <Loading lines={2} />
        </div>
      ) : rows.length === 0 ? (
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
            : t('whole.counting', { n: count(total) })}
        </span>
      </div>
      <div className="running-state">
        <ShownTag shown={row.shown} />
        {isMoving && (
          <span className="small secondary num">
            {t('rate', { rate: perSecond(row.ratePerSecond) })}
            {row.etaSeconds !== null && row.ratePerSecond > 0 && (
              <> · {t('eta', { time: about(row.etaSeconds) })}</>
            )}
          </span>
        )}
      </div>
    </li>
  );
}
