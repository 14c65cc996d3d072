import { Alert, App, Modal } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { NumberInput } from '../format/number-input';
import { perSecond } from '../format/numbers';
import { typedNumber } from '../format/typed-number';

/** As the service has it; empty is as the account. */
const BOUNDS = { least: 1, most: 100_000 };

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
  const [text, setText] = useState(String(broadcast.sendsPerSecond ?? ''));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { value: rate } = typedNumber(text, BOUNDS);
  const save = async (): Promise<void> => {
    if (rate === undefined) return;
    setBusy(true);
    setProblem(undefined);
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
        <NumberInput
          label={t('rateDialog.label')}
          text={text}
          bounds={BOUNDS}
          placeholder={t('rateDialog.own')}
          onChange={setText}
        />
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
