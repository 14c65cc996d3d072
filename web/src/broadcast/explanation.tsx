import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';

/** Why it does not send, in a sentence for each reason; and what is still to come once all is sent. */
export function Explanation({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('broadcast');
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
          key={`${hold.reason}-${hold.since}`}
          type={hold.until === undefined ? 'warning' : 'info'}
          showIcon
          title={
            <>
              {hold.by ? (
                <>
                  {t('resumeDialog.by', { name: hold.by.name, time: moment(hold.since) })}
                  {hold.note && <>，“{hold.note}”</>}。
                </>
              ) : (
                <>
                  <span className="num">{moment(hold.since)}</span> {inLanguage(hold.explanation)}
                </>
              )}
              {hold.meaning && hold.errcode !== undefined && (
                <>
                  {' '}
                  {inLanguage(hold.meaning)} <span className="code">{hold.errcode}</span>
                </>
              )}
              {hold.until !== undefined && <> {t('until', { time: moment(hold.until) })}。</>}
            </>
          }
        />
      ))}
    </>
  );
}
