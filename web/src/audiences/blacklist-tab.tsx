import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { useTitle } from '../shell/use-title';
import { Empty, Failed, Forbidden, Loading } from '../states/page-states';
import { useAccount } from './use-account';

/** WeChat's own blacklist, read when somebody asks: each page is a call of the account's quota. */
export function BlacklistTab() {
  const { t } = useTranslation(['audiences', 'shell']);
  const { appid } = useAccount();
  const reads = useMay('follower.sync', appid);
  useTitle(t('tabs.blacklist'));
  const read = useInfiniteQuery({
    queryKey: ['accounts', appid, 'blacklist'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/accounts/{appid}/blacklist', {
          params: { path: { appid }, query: { ...(pageParam && { after: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: false,
    retry: false,
  });
  if (!reads) return <Forbidden />;
  const pages = read.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items);
  const last = pages.at(-1);
  return (
    <section className="card" aria-labelledby="blacklist-title">
      <header className="card-head">
        <div className="grow">
          <h2 id="blacklist-title">{t('blacklist.title')}</h2>
          <p className="quiet small">{t('blacklist.lead')}</p>
        </div>
        <Button
          loading={read.isFetching && !read.isFetchingNextPage}
          onClick={() => void read.refetch()}
        >
          {t(last === undefined ? 'blacklist.read' : 'blacklist.again')}
        </Button>
      </header>
      {read.error !== null && last === undefined ? (
        <div className="card-body">
          <Failed error={read.error} onRetry={() => void read.refetch()} />
        </div>
      ) : last === undefined ? (
        read.isFetching ? (
          <div className="card-body">
            <Loading />
          </div>
        ) : (
          <Empty text={t('blacklist.unread')} />
        )
      ) : items.length === 0 ? (
        <Empty text={t('blacklist.none', { time: moment(last.asOf) })} />
      ) : (
        <div className="card-body stack">
          <p className="secondary num">
            {t('blacklist.total', {
              n: count(last.total ?? items.length),
              time: moment(last.asOf),
            })}
          </p>
          <ul className="openids">
            {items.map(({ openid }) => (
              <li key={openid} className="code">
                <Link to={`/recipients?appid=${appid}#${openid}`}>{openid}</Link>
              </li>
            ))}
          </ul>
          {read.hasNextPage && (
            <p>
              <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
                {t('shell:states.more')}
              </Button>
            </p>
          )}
        </div>
      )}
    </section>
  );
}
