import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { followerSyncKey, useFollowerSync } from '../api/followers';
import { useMay } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';
import { WaitingFor } from '../states/waiting-for';

/** How many follow, as of the last walk, and the way to walk again. */
export function FollowersNote({ appid }: { readonly appid: string }) {
  const { t } = useTranslation('compose');
  const client = useQueryClient();
  const maySync = useMay('follower.sync', appid);
  const [problem, setProblem] = useState<Problem>();
  const sync = useFollowerSync(appid).data;
  const begin = async (): Promise<void> => {
    setProblem(undefined);
    try {
      await answered(
        api.POST('/v1/accounts/{appid}/followers/sync', { params: { path: { appid } } }),
      );
    } catch (error) {
      setProblem(asProblem(error));
    }
    void client.invalidateQueries({ queryKey: followerSyncKey(appid) });
  };
  if (sync === undefined) return null;
  return (
    <div className="choice-note small num" role="status">
      {sync.state === 'running' ? (
        <span>{t('audience.syncing', { n: count(sync.seen) })}</span>
      ) : sync.state === 'done' && sync.finishedAt !== null ? (
        <span className="secondary">
          {t('audience.allCount', { n: count(sync.seen), time: moment(sync.finishedAt) })}
        </span>
      ) : sync.state === 'failed' && sync.error !== null ? (
        <span className="fault">{t('audience.syncFailed', { why: inLanguage(sync.error) })}</span>
      ) : (
        <span className="secondary">{t('audience.allUnread')}</span>
      )}
      {maySync && sync.state !== 'running' && (
        <button type="button" className="link-button small" onClick={() => void begin()}>
          {t('audience.sync')}
        </button>
      )}
      <WaitingFor what={sync.waitingFor} />
      {problem && <span className="fault">{problem.words ?? problem.code}</span>}
    </div>
  );
}
