import { Button } from 'antd';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import type { components } from '../api/schema';
import { at, inOwnZone } from '../format/times';
import { inLanguage } from '../locales/language';
import { Failed, Loading } from '../states/page-states';
import { useBroadcastOfPage } from './broadcast-page';

type Event = components['schemas']['TimelineEventView'];

const PAGE = 50;

/** What happened to the broadcast and who did it, newest first. */
export function TimelineTab() {
  const { t } = useTranslation(['broadcast', 'shell']);
  const { id } = useBroadcastOfPage();
  const read = useInfiniteQuery({
    queryKey: ['broadcast', id, 'timeline'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/broadcasts/{id}/timeline', {
          params: {
            path: { id },
            query: { limit: PAGE, ...(pageParam !== '' && { after: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const ownTime = (time: string | undefined) => time && t('shell:zone.own', { time });
  const events = read.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className="card" aria-label={t('tabs.timeline')}>
      {read.data === undefined ? (
        <div className="card-body">
          {read.error ? (
            <Failed error={read.error} onRetry={() => void read.refetch()} />
          ) : (
            <Loading lines={6} />
          )}
        </div>
      ) : (
        <ol className="timeline">
          {events.map((event) => (
            <li key={event.id}>
              <time
                className="num quiet small"
                dateTime={event.at}
                title={ownTime(inOwnZone(event.at))}
              >
                {at(event.at)}
              </time>
              <span className="timeline-text" dir="auto">
                {inLanguage(event)}
                <OwnStart event={event} />
                {event.actor && <span className="quiet"> · {event.actor.name}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
      {read.hasNextPage && (
        <div className="list-more">
          <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
            {t('deliveries.more')}
          </Button>
        </div>
      )}
    </section>
  );
}

/** When a scheduled start is where the reader is: the words tell it where it was named. */
function OwnStart({ event: { kind, params, data } }: { readonly event: Event }) {
  const { t } = useTranslation();
  const { startAt } = params;
  if (kind !== 'scheduled' || typeof startAt !== 'string') return null;
  const zone = data['startZone'];
  const time = inOwnZone(startAt, typeof zone === 'string' ? zone : undefined);
  return time && <span className="quiet"> · {t('zone.own', { time })}</span>;
}
