import { Alert, App, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { tallyOf } from '../charts/tally';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';
import { useVerb } from './use-verb';

/** What stands until somebody lifts it; the others lift themselves. */
const PERSONAL: readonly string[] = ['operator', 'problem', 'canary', 'stale', 'restored'];

type Hold = Broadcast['holds'][number] & {
  readonly id?: string;
  readonly note?: string;
  readonly by?: { readonly name: string };
};
const nameOf = ({ id, reason, since }: Hold): string => id ?? `${reason} ${since}`;

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
  const personal = (broadcast.holds as readonly Hold[]).filter(({ reason }) =>
    PERSONAL.includes(reason),
  );
  const [kept, setKept] = useState<readonly string[]>([]);
  const tally = tallyOf(broadcast.counts);
  const lifted = personal.filter((hold) => !kept.includes(nameOf(hold)));
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
          <label key={nameOf(hold)} className="check">
            {personal.length > 1 && (
              <input
                type="checkbox"
                checked={!kept.includes(nameOf(hold))}
                onChange={(event) =>
                  setKept(
                    event.target.checked
                      ? kept.filter((id) => id !== nameOf(hold))
                      : [...kept, nameOf(hold)],
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
