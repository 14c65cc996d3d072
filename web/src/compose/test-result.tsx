import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { useTopics } from '../api/events';
import { toSecond } from '../format/times';
import { deliveryName } from '../states/inks';
import { DeliveryTag } from '../states/state-tag';
import { WaitingFor } from '../states/waiting-for';
import { PhoneInbox } from './phone-inbox';
import type { Tester } from './use-testers';

/** A test is small and soon over: its rows are read again whenever it tells of itself, and each second until it ends. */
const EVERY_MS = 1_000;
const ASK_EVERY_MS = 5_000;

export function TestResult({
  id,
  appid,
  isSandbox,
  testers,
}: {
  readonly id: string;
  readonly appid: string;
  readonly isSandbox: boolean;
  readonly testers: readonly Tester[];
}) {
  const { t } = useTranslation('compose');
  const [seen, setSeen] = useState<string>();
  const broadcast = useQuery({
    ...broadcastQuery(id),
    // Without a worker nothing tells of itself, and that is to be said.
    refetchInterval: ({ state }) => (isOverNow(state.data) ? false : ASK_EVERY_MS),
  });
  const isOver = isOverNow(broadcast.data);
  const rows = useInfiniteQuery({
    queryKey: ['broadcast', id, 'deliveries'],
    queryFn: () =>
      answered(api.GET('/v1/broadcasts/{id}/deliveries', { params: { path: { id }, query: {} } })),
    initialPageParam: '',
    getNextPageParam: () => undefined,
    refetchInterval: isOver ? false : EVERY_MS,
  });
  const { refetch } = rows;
  const { refetch: readBroadcast } = broadcast;
  useTopics(
    [`broadcast:${id}`],
    useCallback(() => {
      void refetch();
      void readBroadcast();
    }, [refetch, readBroadcast]),
  );
  const nameOf = (openid: string): string =>
    testers.find((each) => each.openid === openid)?.name ?? openid;
  const items = rows.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="card" aria-labelledby="test-result">
      <header className="card-head">
        <h2 id="test-result" className="grow">
          {t('test.result')}
        </h2>
        <Link to={`/broadcasts/${id}`}>{t('see')}</Link>
      </header>
      <WaitingFor what={broadcast.data?.waitingFor} />
      <div className="table-scroll">
        <table className="table">
          <tbody>
            {items.map((row) => (
              <tr key={row.openid}>
                <th scope="row" dir="auto">
                  {isSandbox ? (
                    <button
                      type="button"
                      className="link-button"
                      aria-pressed={seen === row.openid}
                      onClick={() => setSeen(row.openid)}
                    >
                      {nameOf(row.openid)}
                    </button>
                  ) : (
                    <span className={nameOf(row.openid) === row.openid ? 'code' : undefined}>
                      {nameOf(row.openid)}
                    </span>
                  )}
                </th>
                <td>
                  <DeliveryTag state={deliveryName(row.state)} />
                </td>
                <td className="end quiet small num">{whenOf(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {seen !== undefined && (
        <div className="card-body">
          <PhoneInbox appid={appid} openid={seen} name={nameOf(seen)} />
        </div>
      )}
    </section>
  );
}

const isOverNow = (test: Broadcast | undefined): boolean =>
  test?.receiptsOpen === 0 && test.endedAt !== null;

const whenOf = ({
  receiptAt,
  settledAt,
  queuedAt,
}: {
  readonly receiptAt: string | null;
  readonly settledAt: string | null;
  readonly queuedAt: string | null;
}): string => {
  const moment = receiptAt ?? settledAt ?? queuedAt;
  return moment === null ? '' : toSecond(moment);
};
