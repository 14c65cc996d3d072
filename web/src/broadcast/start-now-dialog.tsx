import { Alert, App, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { moment } from '../format/times';
import { useVerb } from './use-verb';

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
  // What was read is what is confirmed, whatever anybody changes meanwhile.
  const [read] = useState(broadcast);
  const { act, busy, problem } = useVerb(read, 'start-now', true);
  const start = async (): Promise<void> => {
    if ((await act()) === undefined) return;
    void message.success(t('startedNow'));
    onClose();
  };
  return (
    <Modal
      open
      title={t('startNowDialog.title')}
      okText={t('startNowDialog.ok')}
      okButtonProps={{ loading: busy }}
      cancelText={t('verbs.keep')}
      onOk={() => void start()}
      onCancel={onClose}
    >
      <div className="stack">
        <p>
          {t('startNowDialog.lead', {
            time: read.startAt === null ? '' : moment(read.startAt),
            account: read.account.name,
          })}
        </p>
        {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      </div>
    </Modal>
  );
}
