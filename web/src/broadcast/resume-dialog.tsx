import { Alert, App, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { tallyOf } from '../charts/tally';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';
import { useVerb } from './use-verb';

interface DialogProps {
  readonly broadcast: Broadcast;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Lifts what waits for a person. Where several hold it, each is named: somebody else's reason is not lifted by accident. */
export function ResumeDialog({ broadcast, open, onClose }: DialogProps) {
  const { t } = useTranslation('broadcast');
  const { message } = App.useApp();
  const { act, busy, problem } = useVerb(broadcast, 'resume');
  const personal = broadcast.holds.filter(({ waitsForPerson }) => waitsForPerson);
  const [kept, setKept] = useState<readonly number[]>([]);
  const tally = tallyOf(broadcast.counts);
  const lifted = personal.filter(({ id }) => !kept.includes(id));
  const resume = async (): Promise<void> => {
    const now = await act(personal.length > 1 ? { holds: lifted.map(({ id }) => id) } : {});
    if (now === undefined) return;
    void message.success(t('resumed'));
    onClose();
  };
  return (
    <Modal
      open={open}
      title={t('resumeDialog.title')}
      okText={t('resumeDialog.ok')}
      okButtonProps={{ loading: busy, disabled: lifted.length === 0 }}
      onOk={() => void resume()}
      onCancel={onClose}
      destroyOnHidden
    >
      <div className="stack">
        <p>
          {personal.length > 1
            ? t('resumeDialog.several', { n: personal.length })
            : t('resumeDialog.lead', { n: count(tally.pending) })}
        </p>
        {personal.map((hold) => (
          <label key={hold.id} className="check">
            {personal.length > 1 && (
              <input
                type="checkbox"
                checked={!kept.includes(hold.id)}
                onChange={(event) =>
                  setKept(
                    event.target.checked ? kept.filter((id) => id !== hold.id) : [...kept, hold.id],
                  )
                }
              />
            )}
            <span>
              {hold.by
                ? t('resumeDialog.by', { name: hold.by.name, time: moment(hold.since) })
                : inLanguage(hold.explanation)}
              {hold.note && <>，“{hold.note}”</>}
            </span>
          </label>
        ))}
        {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      </div>
    </Modal>
  );
}
