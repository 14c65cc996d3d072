import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { useMe } from '../api/me';
import { count } from '../format/numbers';
import { HoldNote } from './hold-note';
import { HoldWords } from './hold-words';
import { isMine } from './standing-holds';

/** Why it does not send, in a sentence for each reason; and what is still to come once all is sent. */
export function Explanation({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('broadcast');
  const me = useMe();
  const { holds, accountFault, shown, receiptsOpen } = broadcast;
  const isOver = ['finished', 'stopped', 'cancelled', 'awaiting_receipts'].includes(shown.state);
  if (shown.state === 'awaiting_receipts')
    return <Alert type="info" showIcon title={t('receiptsUntil', { n: count(receiptsOpen) })} />;
  if (isOver) return null;
  return (
    <>
      {accountFault !== null && <Alert type="error" showIcon title={accountFault.message} />}
      {holds.map((hold) => (
        <Alert
          key={hold.id}
          type={hold.until === undefined ? 'warning' : 'info'}
          showIcon
          title={
            <>
              <HoldWords hold={hold} />{' '}
              {isMine(hold, me) && <HoldNote broadcast={broadcast} note={hold.note} />}
            </>
          }
        />
      ))}
    </>
  );
}
