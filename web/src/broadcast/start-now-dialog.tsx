import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { StartDialog } from '../confirm/start-dialog';

/** A scheduled one earlier than planned: said with whom it reaches, as a start is not taken back. */
export function StartNowDialog({
  broadcast,
  onClose,
}: {
  readonly broadcast: Broadcast;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('broadcast');
  const { message } = App.useApp();
  return (
    <StartDialog
      broadcast={broadcast}
      verb="start-now"
      undoSeconds={0}
      onClose={onClose}
      onStarted={() => {
        void message.success(t('startedNow'));
        onClose();
      }}
    />
  );
}
