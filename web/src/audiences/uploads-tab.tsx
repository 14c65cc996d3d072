import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { askAgainIn } from '../api/poll';
import { isMoving, type Upload } from '../api/uploads';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { useTitle } from '../shell/use-title';
import { Empty, Shown } from '../states/page-states';
import { bytes } from './bytes';
import { DropZone } from './drop-zone';
import { UploadTag } from './upload-tag';
import { useAccount } from './use-account';
import { useUploadNews } from './use-upload-news';

const PAGE = 20;
const NOT_YET = <span className="quiet">—</span>;

/** Nothing is counted before the import. */
const isCounted = ({ state, counts }: Upload): boolean =>
  state === 'importing' || state === 'ready' || counts.rows > 0;

/** The lists of people that were sent in, the newest first, and where the next one is dropped. */
export function UploadsTab() {
  const { t } = useTranslation(['audiences', 'shell']);
  const { appid } = useAccount();
  const { search } = useLocation();
  const mayUpload = useMay('broadcast.edit', appid);
  useTitle(t('tabs.uploads'));
  useUploadNews(appid);
  const read = useInfiniteQuery({
    queryKey: ['uploads', appid],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/uploads', {
          params: { query: { appid, limit: PAGE, ...(pageParam && { after: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state }) =>
      askAgainIn(
        state.data?.pages.some(({ items }) => items.some(isMoving)) ?? false,
        state.fetchFailureCount,
      ),
  });
  return (
    <>
      {mayUpload && <DropZone appid={appid} />}
      <section className="card" aria-label={t('tabs.uploads')}>
        <Shown of={read}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) return <Empty text={t('uploads.none')} />;
            return (
              <div className="table-scroll">
                <table className="table phone-cut-4 phone-cut-5">
                  <thead>
                    <tr>
                      <th scope="col">{t('uploads.name')}</th>
                      <th scope="col">{t('uploads.state')}</th>
                      <th scope="col" className="end">
                        {t('uploads.usable')}
                      </th>
                      <th scope="col" className="end">
                        {t('uploads.failed')}
                      </th>
                      <th scope="col">{t('uploads.at')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((upload) => (
                      <tr key={upload.id}>
                        <th scope="row">
                          <Link to={{ pathname: `/audiences/uploads/${upload.id}`, search }}>
                            {upload.name}
                          </Link>
                          <span className="quiet small upload-file">
                            {[upload.fileName ?? upload.format, bytes(upload.size)]
                              .filter(Boolean)
                              .join(' · ')}
                          </span>
                        </th>
                        <td>
                          <UploadTag upload={upload} />
                        </td>
                        <td className="end num">
                          {isCounted(upload) ? count(upload.counts.usable) : NOT_YET}
                        </td>
                        <td className="end num">
                          {isCounted(upload)
                            ? count(upload.counts.failed + upload.counts.duplicates)
                            : NOT_YET}
                        </td>
                        <td className="nowrap">{moment(upload.createdAt)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
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
      </section>
    </>
  );
}
