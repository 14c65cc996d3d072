import { Alert, App } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useAccounts } from '../api/accounts';
import type { Broadcast } from '../api/broadcasts';
import { type FollowerSync, useFollowerSync } from '../api/followers';
import { StartDialog } from '../confirm/start-dialog';
import { count } from '../format/numbers';
import { inLanguage } from '../locales/language';
import { WaitingFor } from '../states/waiting-for';
import { audienceIn, followersIn } from './audience';

/** The last question before a start. Afterwards one watches it. */
export function SendDialog({
  broadcast,
  onClose,
}: {
  readonly broadcast: Broadcast;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('compose');
  const { message } = App.useApp();
  const navigate = useNavigate();
  const { id, appid } = broadcast;
  const account = useAccounts().find((each) => each.appid === appid);
  const isAll = audienceIn(broadcast.audience).kind === 'all';
  const followers = useFollowerSync(appid, isAll);
  return (
    <StartDialog
      broadcast={broadcast}
      verb="start"
      undoSeconds={account?.policy.undoSeconds ?? 0}
      blocked={isAll && followersIn(followers.data) === undefined}
      onClose={onClose}
      onStarted={({ shown }) => {
        // The seconds in which it can be undone are told where they are counted.
        if (shown.state !== 'undo')
          void message.success(shown.state === 'scheduled' ? t('scheduled') : t('started'));
        // At once: whoever looks at the draft meanwhile is told that they are on the way.
        void navigate(`/broadcasts/${id}?appid=${appid}`, { flushSync: true });
      }}
    >
      {isAll && followers.data && <Unread sync={followers.data} />}
    </StartDialog>
  );
}

/** Why nobody can say how many all followers are; nothing where they are counted. */
function Unread({ sync }: { readonly sync: FollowerSync }) {
  const { t } = useTranslation('compose');
  switch (sync.state) {
    case 'done':
      return null;
    case 'running':
      return (
        <>
          <Alert type="info" showIcon title={t('dialog.reading', { n: count(sync.seen) })} />
          <WaitingFor what={sync.waitingFor} />
        </>
      );
    case 'idle':
      return <Alert type="warning" showIcon title={t('audience.allUnread')} />;
    case 'failed': {
      const why = sync.error === null ? '' : inLanguage(sync.error);
      return <Alert type="warning" showIcon title={t('dialog.unread', { why })} />;
    }
  }
}
