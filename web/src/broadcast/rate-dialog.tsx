import { Alert, App, Modal } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { perSecond } from '../format/numbers';
import { typedCount } from '../format/count-text';

/** Its own cap, which may change while it runs. */
export function RateDialog({
  broadcast,
  onClose,
}: {
  readonly broadcast: Broadcast;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('broadcast');
  const { message } = App.useApp();
  const client = useQueryClient();
  const id = useId();
  const [text, setText] = useState(String(broadcast.sendsPerSecond ?? ''));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const isEmpty = text.trim() === '';
  const rate = isEmpty ? null : typedCount(text);
  const save = async (): Promise<void> => {
    if (rate === undefined) return;
    setBusy(true);
    try {
      const now = await answered(
        api.PATCH('/v1/broadcasts/{id}', {
          params: { path: { id: broadcast.id } },
          body: { sendsPerSecond: rate },
        }),
      );
      client.setQueryData(broadcastQuery(broadcast.id).queryKey, now);
      void message.success(t('rateSet'));
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      title={t('rateDialog.title')}
      okText={t('rateDialog.ok')}
      okButtonProps={{ loading: busy, disabled: rate === undefined }}
      onOk={() => void save()}
      onCancel={onClose}
      width={420}
    >
      <div className="stack">
        <p>{t('rateDialog.lead', { allowed: perSecond(broadcast.allowedPerSecond) })}</p>
        <div className="field">
          <label htmlFor={id}>{t('rateDialog.label')}</label>
          <input
            id={id}
            className="input num"
            inputMode="numeric"
            value={text}
            placeholder={t('rateDialog.own')}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        {problem && (
          <Alert
            type="error"
            showIcon
            title={problem.faultAt('sendsPerSecond') ?? problem.words ?? problem.code}
          />
        )}
      </div>
    </Modal>
  );
}
