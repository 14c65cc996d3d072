import { Alert, App, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { useMe } from '../api/me';
import { tallyOf } from '../charts/tally';
import { count } from '../format/numbers';
import { HoldWords } from './hold-words';
import { isMine, standing } from './standing-holds';
import { useVerb } from './use-verb';

interface DialogProps {
  readonly broadcast: Broadcast;
  readonly onClose: () => void;
}

/**
 * Lifts what waits for a person. Where several hold it, each is named, and what somebody else has paused for is lifted
 * only by whoever says so.
 */
export function ResumeDialog({ broadcast, onClose }: DialogProps) {
  const { t } = useTranslation('broadcast');
  const { message } = App.useApp();
  const me = useMe();
  const { act, busy, problem } = useVerb(broadcast, 'resume');
  const holds = standing(broadcast);
  const [chosen, setChosen] = useState<Readonly<Record<string, boolean>>>({});
  const isSeveral = holds.length > 1;
  const lifted = holds.filter(
    (hold) => !isSeveral || (chosen[hold.id] ?? (hold.by === undefined || isMine(hold, me))),
  );
  const isAll = lifted.length === holds.length;
  const resume = async (): Promise<void> => {
    const now = await act(isSeveral ? { holds: lifted.map(({ id }) => id) } : {});
    if (now === undefined) return;
    void message.success(isAll ? t('resumed') : t('resumeDialog.some'));
    onClose();
  };
  return (
    <Modal
      open
      title={t('resumeDialog.title')}
      okText={isAll ? t('resumeDialog.ok') : t('resumeDialog.okSome', { n: lifted.length })}
      okButtonProps={{ loading: busy, disabled: lifted.length === 0 }}
      onOk={() => void resume()}
      onCancel={onClose}
    >
      <div className="stack">
        <p>
          {isSeveral
            ? t('resumeDialog.several', { n: holds.length })
            : t('resumeDialog.lead', { n: count(tallyOf(broadcast.counts).pending) })}
        </p>
        {holds.map((hold) =>
          isSeveral ? (
            <label key={hold.id} className="check hold-choice">
              <input
                type="checkbox"
                checked={lifted.includes(hold)}
                onChange={(event) => setChosen({ ...chosen, [hold.id]: event.target.checked })}
              />
              <span>
                <HoldWords hold={hold} />
              </span>
            </label>
          ) : (
            <p key={hold.id} className="hold-choice">
              <HoldWords hold={hold} />
            </p>
          ),
        )}
        {isSeveral && !isAll && <p className="quiet small">{t('resumeDialog.stays')}</p>}
        {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      </div>
    </Modal>
  );
}
