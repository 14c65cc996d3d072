import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { taggingQuery, tagsQuery } from '../api/tags';
import { CopyButton } from '../format/copy-button';
import { count } from '../format/numbers';
import { inLanguage } from '../locales/language';
import { Shown } from '../states/page-states';
import { WaitingFor } from '../states/waiting-for';

const PAGE = 50;

/** How far a list of people to tag is, and whom WeChat refused, one by one. */
export function TaggingProgress({
  appid,
  taggingId,
}: {
  readonly appid: string;
  readonly taggingId: string;
}) {
  const { t } = useTranslation('audiences');
  const client = useQueryClient();
  const read = useQuery(taggingQuery(appid, taggingId));
  const state = read.data?.state;
  useEffect(() => {
    if (state === 'done' || state === 'failed') void client.invalidateQueries(tagsQuery(appid));
  }, [client, appid, state]);
  return (
    <Shown of={read}>
      {({ total, done, failed, left, error, waitingFor, verb }) => (
        <div className="stack">
          <progress aria-label={t('people.progress')} value={done + failed} max={total} />
          <p className="num" role="status">
            {state === 'running'
              ? t('people.running', { done: count(done), total: count(total) })
              : t(verb === 'tag' ? 'people.tagged' : 'people.untagged', {
                  done: count(done),
                  failed: count(failed),
                })}
          </p>
          <WaitingFor what={waitingFor} />
          {state === 'failed' && error && (
            <Alert
              type="error"
              showIcon
              title={inLanguage(error)}
              description={left > 0 && t('people.left', { n: count(left) })}
            />
          )}
          {failed > 0 && state !== 'running' && <Failures appid={appid} taggingId={taggingId} />}
        </div>
      )}
    </Shown>
  );
}

function Failures({ appid, taggingId }: { readonly appid: string; readonly taggingId: string }) {
  const { t } = useTranslation(['audiences', 'shell']);
  const read = useInfiniteQuery({
    queryKey: ['accounts', appid, 'taggings', taggingId, 'failures'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/accounts/{appid}/taggings/{taggingId}/failures', {
          params: {
            path: { appid, taggingId },
            query: { limit: PAGE, ...(pageParam && { after: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return (
    <>
      <Shown of={read}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return (
            <>
              <p className="row">
                <strong className="grow">{t('people.refused')}</strong>
                <CopyButton
                  text={items.map(({ openid }) => openid).join('\n')}
                  label={t('people.copy')}
                />
              </p>
              <ul className="openids">
                {items.map((failure) => (
                  <li key={failure.openid}>
                    <span className="code">{failure.openid}</span>{' '}
                    <span className="secondary">{inLanguage(failure)}</span>
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Shown>
      {read.hasNextPage && (
        <p>
          <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
            {t('shell:states.more')}
          </Button>
        </p>
      )}
    </>
  );
}
