import { Alert, App, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { tallyOf } from '../charts/tally';
import { count } from '../format/numbers';
import { typedCount } from '../format/count-text';
import { TypedCount } from '../format/typed-count';
import { useVerb } from './use-verb';

/** From so many on, the number is typed. The service never refuses a stop for want of it. */
const TYPED_ABOVE = 10_000;

export function CancelDialog({
  broadcast,
  onClose,
}: {
  readonly broadcast: Broadcast;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('broadcast');
  const { message } = App.useApp();
  const { act, busy, problem } = useVerb(broadcast, 'cancel');
  const [typed, setTyped] = useState('');
  const tally = tallyOf(broadcast.counts);
  const left = tally.pending;
  const isStarted = broadcast.startedAt !== null;
  const mustType = isStarted && left > TYPED_ABOVE;
  // The figure moves while one types: what was meant is right within a hundredth.
  const isMeant = !mustType || Math.abs((typedCount(typed) ?? 0) - left) <= left / 20;
  const cancel = async (): Promise<void> => {
    if ((await act()) === undefined) return;
    void message.success(t(isStarted ? 'cancelledNow' : 'cancelledDraft'));
    onClose();
  };
  return (
    <Modal
      open
      title={t(isStarted ? 'cancelDialog.title' : 'cancelDialog.titleDraft')}
      okText={isStarted ? t('cancelDialog.ok', { n: count(left) }) : t('cancelDialog.okDraft')}
      okButtonProps={{ danger: true, loading: busy, disabled: !isMeant }}
      cancelText={t('verbs.keep')}
      onOk={() => void cancel()}
      onCancel={onClose}
    >
      <div className="stack">
        <p>{isStarted ? t('cancelDialog.lead', { n: count(left) }) : t('cancelDialog.draft')}</p>
        {tally.reviewing > 0 && <p>{t('cancelDialog.reviewing', { n: count(tally.reviewing) })}</p>}
        {mustType && (
          <TypedCount
            label={t('cancelDialog.type', { n: count(left) })}
            value={typed}
            onChange={setTyped}
          />
        )}
        {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      </div>
    </Modal>
  );
}
