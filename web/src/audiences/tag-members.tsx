import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { answered, api } from '../api/client';
import type { Tag } from '../api/tags';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { Empty, Shown } from '../states/page-states';

const PAGE = 50;

/** Who has a tag. */
export function TagMembers({
  appid,
  tag,
  onClose,
}: {
  readonly appid: string;
  readonly tag: Tag;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation(['audiences', 'shell']);
  const path = { appid, tagId: tag.id };
  const read = useInfiniteQuery({
    queryKey: ['accounts', appid, 'tags', tag.id, 'members'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/accounts/{appid}/tags/{tagId}/members', {
          params: { path, query: { limit: PAGE, ...(pageParam && { after: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return (
    <Modal
      open
      title={t('tags.membersTitle', { name: tag.name, n: count(tag.members ?? 0) })}
      footer={null}
      onCancel={onClose}
    >
      {tag.asOf !== null && (
        <p className="quiet small">{t('sync.asOf', { time: moment(tag.asOf) })}</p>
      )}
      <Shown of={read}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty text={t('tags.nobody')} />;
          return (
            <ul className="openids">
              {items.map(({ openid }) => (
                <li key={openid} className="code">
                  <Link to={`/recipients?appid=${appid}#${openid}`}>{openid}</Link>
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
      {read.hasNextPage && (
        <p className="list-more">
          <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
            {t('shell:states.more')}
          </Button>
        </p>
      )}
    </Modal>
  );
}
