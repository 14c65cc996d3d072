import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { tagsQuery, tagSyncQuery } from '../api/tags';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';
import { WaitingFor } from '../states/waiting-for';

/** How old what stands below is, and the button that has it read anew from WeChat. */
export function TagSyncLine({
  appid,
  asOf,
}: {
  readonly appid: string;
  readonly asOf: string | null;
}) {
  const { t } = useTranslation('audiences');
  const client = useQueryClient();
  const syncs = useMay('follower.sync', appid);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { data: sync } = useQuery(tagSyncQuery(appid));
  const finishedAt = sync?.finishedAt;
  // What it read is shown once it has ended.
  useEffect(() => {
    if (finishedAt) void client.invalidateQueries({ ...tagsQuery(appid), exact: true });
  }, [client, appid, finishedAt]);
  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await answered(
        api.POST('/v1/accounts/{appid}/tags/sync', { params: { path: { appid } } }),
      );
      client.setQueryData(tagSyncQuery(appid).queryKey, now);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const isRunning = sync?.state === 'running';
  return (
    <div className="tag-sync">
      <div className="row">
        <span className="secondary grow" role="status">
          {isRunning
            ? t('sync.running', {
                read: count(sync.read),
                listed: count(sync.listed),
                seen: count(sync.seen),
              })
            : asOf === null
              ? t('sync.never')
              : t('sync.asOf', { time: moment(asOf) })}
        </span>
        {syncs && (
          <Button loading={busy || isRunning} onClick={() => void start()}>
            {t(isRunning ? 'sync.busy' : 'sync.start')}
          </Button>
        )}
      </div>
      <WaitingFor what={sync?.waitingFor} />
      {sync?.state === 'failed' && sync.error && (
        <Alert type="error" showIcon title={inLanguage(sync.error)} />
      )}
      {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
    </div>
  );
}
