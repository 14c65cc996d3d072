import { Button, Drawer } from 'antd';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'react-router';
import { answered, api } from '../api/client';
import type { Delivery } from '../api/deliveries';
import { tallyOf } from '../charts/tally';
import { count } from '../format/numbers';
import { at, toSecond } from '../format/times';
import { DELIVERY, DELIVERY_ORDER, deliveryName, type DeliveryName } from '../states/inks';
import { Empty, Failed, Loading } from '../states/page-states';
import { ReasonWords } from '../states/reason-words';
import { DeliveryTag } from '../states/state-tag';
import { useBroadcastOfPage } from './broadcast-page';
import type { Led } from './deliveries-link';
import { DeliveryFacts } from './delivery-facts';

const PAGE = 50;

/** Every recipient by name and state: what the address asks for, fifty at a time. */
export function DeliveriesTab() {
  const { t } = useTranslation(['broadcast', 'states']);
  const broadcast = useBroadcastOfPage();
  const { id } = broadcast;
  const [search, setSearch] = useSearchParams();
  const { state: way, key } = useLocation();
  const top = useRef<HTMLDivElement>(null);
  const isLed = (way as Led | null)?.led === true;
  useEffect(() => {
    if (!isLed) return;
    top.current?.focus({ preventScroll: true });
    top.current?.scrollIntoView();
  }, [isLed, key]);
  const wanted = search.get('state');
  const state = wanted !== null && wanted in DELIVERY ? (wanted as DeliveryName) : undefined;
  const errcode = /^-?\d{1,9}$/.test(search.get('errcode') ?? '')
    ? Number(search.get('errcode'))
    : undefined;
  const [seen, setSeen] = useState<Delivery>();
  const query = {
    limit: PAGE,
    ...(state !== undefined && { state }),
    ...(errcode !== undefined && { errcode }),
  };
  const read = useInfiniteQuery({
    queryKey: ['broadcast', id, 'deliveries', query],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/broadcasts/{id}/deliveries', {
          params: {
            path: { id },
            query: { ...query, ...(pageParam !== '' && { after: pageParam }) } as never,
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    // The stream tells that something has changed, four times a second: rows under one's eyes stay as they are.
    staleTime: Infinity,
  });
  const rows = read.data?.pages.flatMap(({ items }) => items) ?? [];
  const tally = tallyOf(broadcast.counts);
  const choose = (next: DeliveryName | undefined): void => {
    const to = new URLSearchParams(search);
    to.delete('errcode');
    if (next === undefined) to.delete('state');
    else to.set('state', next);
    setSearch(to, { replace: true });
  };
  return (
    <>
      <div
        className="chips deliveries-chips"
        role="group"
        aria-label={t('deliveries.filter')}
        ref={top}
        tabIndex={-1}
      >
        <button
          type="button"
          className="chip"
          aria-pressed={state === undefined && errcode === undefined}
          onClick={() => choose(undefined)}
        >
          {t('deliveries.all')}
        </button>
        {errcode !== undefined && (
          <button type="button" className="chip" aria-pressed onClick={() => choose(undefined)}>
            errcode {errcode}
          </button>
        )}
        {DELIVERY_ORDER.filter((name) => tally[name] > 0 || name === state).map((name) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-pressed={name === state}
            onClick={() => choose(name === state ? undefined : name)}
          >
            {t(`states:delivery.${name}`)} <span className="num quiet">{count(tally[name])}</span>
          </button>
        ))}
      </div>
      <section className="card" aria-label={t('tabs.deliveries')}>
        <header className="card-head">
          <span className="quiet small grow num">
            {read.dataUpdatedAt > 0 &&
              t('deliveries.asOf', { time: at(read.dataUpdatedAt, 'clockSeconds') })}
          </span>
          <Button size="small" loading={read.isRefetching} onClick={() => void read.refetch()}>
            {t('deliveries.refresh')}
          </Button>
        </header>
        {read.data === undefined ? (
          <div className="card-body">
            {read.error ? (
              <Failed error={read.error} onRetry={() => void read.refetch()} />
            ) : (
              <Loading lines={6} />
            )}
          </div>
        ) : rows.length === 0 && !read.hasNextPage ? (
          <Empty text={t('deliveries.none')} />
        ) : (
          <>
            <div className="table-scroll">
              <table className="table phone-rows deliveries">
                <thead>
                  <tr>
                    <th scope="col">openid</th>
                    <th scope="col">{t('deliveries.state')}</th>
                    <th scope="col">{t('deliveries.why')}</th>
                    <th scope="col" className="end">
                      {t('deliveries.attempts')}
                    </th>
                    <th scope="col" className="end">
                      {t('deliveries.accepted')}
                    </th>
                    <th scope="col" className="end">
                      {t('deliveries.receipt')}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.openid}>
                      <th scope="row">
                        <button
                          type="button"
                          className="link-button code"
                          onClick={() => setSeen(row)}
                        >
                          {row.openid}
                        </button>
                      </th>
                      <td>
                        <DeliveryTag
                          state={deliveryName(row.state)}
                          closed={broadcast.receiptsOpen === 0}
                        />
                      </td>
                      <td className="small secondary">
                        <ReasonWords delivery={row} short />
                      </td>
                      <td className="end num" data-label={t('deliveries.attempts')}>
                        {row.attempts}
                      </td>
                      <td className="end num small nowrap" data-label={t('deliveries.accepted')}>
                        {clock(row.settledAt)}
                      </td>
                      <td className="end num small nowrap" data-label={t('deliveries.receipt')}>
                        {clock(row.receiptAt)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {read.hasNextPage && (
              <div className="list-more">
                <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
                  {t('deliveries.more')}
                </Button>
              </div>
            )}
          </>
        )}
      </section>
      <Drawer
        open={seen !== undefined}
        onClose={() => setSeen(undefined)}
        title={t('deliveries.one')}
        size={420}
      >
        {seen && <DeliveryFacts delivery={seen} closed={broadcast.receiptsOpen === 0} />}
      </Drawer>
    </>
  );
}

const clock = (moment: string | null): string => (moment === null ? '' : toSecond(moment));
