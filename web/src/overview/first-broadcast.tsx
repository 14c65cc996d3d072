import { Button } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';

/** As many as somebody begins and leaves before their first start. */
const LOOKED_AT = 5;

/** Whether a broadcast has been started yet, and the newest draft; undefined until it is known, and for whoever may make none. */
export function useBegun(
  appid: string | undefined,
): { readonly begun: boolean; readonly draft: { readonly id: string } | undefined } | undefined {
  const writes = useMay('broadcast.edit', appid);
  const { data, isFetchedAfterMount } = useQuery({
    queryKey: ['broadcasts', 'first', appid ?? 'all'],
    queryFn: () =>
      answered(
        api.GET('/v1/broadcasts', {
          // What was archived has been started, too.
          params: {
            query: { limit: LOOKED_AT, archived: 'any', ...(appid !== undefined && { appid }) },
          },
        }),
      ),
    enabled: writes,
  });
  if (!writes || data === undefined) return undefined;
  const begun = data.items.some(({ shown }) => shown.state !== 'draft');
  // Since it was known that there is none, somebody may have come back here from having started one.
  if (!begun && !isFetchedAfterMount) return undefined;
  return { begun, draft: data.items[0] };
}

/** The way to a first broadcast, or on with its draft. */
export function FirstBroadcast({
  appid,
  draft,
}: {
  readonly appid: string | undefined;
  readonly draft: { readonly id: string } | undefined;
}) {
  const { t } = useTranslation('overview');
  const of = appid === undefined ? '' : `?appid=${appid}`;
  return (
    <section className="card" aria-labelledby="first-title">
      <div className="card-body stack">
        <h2 id="first-title">{t('first.title')}</h2>
        <p className="secondary">{t('first.text')}</p>
        <div className="actions">
          {draft !== undefined && (
            <Link to={`/compose/${draft.id}${of}`}>
              <Button type="primary" tabIndex={-1}>
                {t('first.goOn')}
              </Button>
            </Link>
          )}
          <Link to={`/compose${of}`}>
            <Button type={draft === undefined ? 'primary' : 'default'} tabIndex={-1}>
              {t('first.go')}
            </Button>
          </Link>
        </div>
      </div>
    </section>
  );
}
