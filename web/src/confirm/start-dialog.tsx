import { Alert, Button, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { count } from '../format/numbers';
import { typedCount } from '../format/count-text';
import { TypedCount } from '../format/typed-count';
import { Failed, Loading } from '../states/page-states';
import { Changed } from './changed';
import { Facts } from './facts';
import { type ConfirmedVerb, useConfirmation } from './use-confirmation';
import './confirm.css';

/**
 * The last question before a start, with its consequences as the service has reckoned them. What is confirmed is bound
 * to what stood here: after a change the service refuses it, and the dialog says what is different now.
 */
export function StartDialog({
  broadcast,
  verb,
  undoSeconds,
  onClose,
  onStarted,
  blocked = false,
  children,
}: {
  readonly broadcast: Broadcast;
  readonly verb: ConfirmedVerb;
  /** For how long the account lets a start be taken back. */
  readonly undoSeconds: number;
  readonly onClose: () => void;
  readonly onStarted: (now: Broadcast) => void;
  /** While nobody knows how many it reaches. */
  readonly blocked?: boolean;
  /** What else is to be known before. */
  readonly children?: ReactNode;
}) {
  const { t } = useTranslation('confirm');
  const { asked, changed, problem, busy, start, askAgain } = useConfirmation(broadcast, verb);
  const [typed, setTyped] = useState('');
  const type = asked?.confirmation.type ?? null;
  const recipients = asked?.confirmation.facts.recipients ?? 0;
  const isTyped = type === null || typedCount(typed) === Number(type);
  const isLater = verb === 'start' && asked !== undefined && asked.broadcast.startAt !== null;
  const go = async (): Promise<void> => {
    const now = await start(type === null ? undefined : String(typedCount(typed)));
    if (now === undefined) setTyped('');
    else onStarted(now);
  };
  return (
    <Modal
      open
      title={asked === undefined ? t('asking') : t('title', { n: count(recipients) })}
      onCancel={onClose}
      footer={[
        <Button key="no" onClick={onClose} disabled={busy}>
          {t('notYet')}
        </Button>,
        <Button
          key="yes"
          type="primary"
          loading={busy}
          disabled={asked === undefined || blocked || !isTyped}
          onClick={() => void go()}
        >
          {t(isLater ? 'okLater' : 'ok', { n: count(recipients) })}
        </Button>,
      ]}
    >
      {asked === undefined ? (
        problem === undefined ? (
          <Loading lines={3} />
        ) : (
          <Failed error={problem} onRetry={() => void askAgain()} />
        )
      ) : (
        <div className="stack num">
          {changed !== undefined && <Changed differences={changed} />}
          <Facts
            facts={asked.confirmation.facts}
            undoSeconds={verb === 'start' ? undoSeconds : 0}
          />
          {children}
          {type !== null && (
            <TypedCount
              label={t('type', { n: count(Number(type)) })}
              value={typed}
              onChange={setTyped}
            />
          )}
          {problem && (
            <Alert
              type="error"
              showIcon
              title={problem.isOpen ? t('lost') : (problem.words ?? problem.code)}
            />
          )}
        </div>
      )}
    </Modal>
  );
}
