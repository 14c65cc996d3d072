import { useTranslation } from 'react-i18next';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';
import type { Hold } from './standing-holds';

/** Why it does not send: who paused it and why, or what the service found. */
export function HoldWords({ hold }: { readonly hold: Hold }) {
  const { t } = useTranslation('broadcast');
  const { by, note, since, until } = hold;
  return (
    <span dir="auto">
      {by ? (
        t('resumeDialog.by', { name: by.name, time: moment(since) })
      ) : (
        <>
          <span className="num">{moment(since)}</span> {inLanguage(hold.explanation)}
        </>
      )}
      {note !== undefined && <q className="hold-said">{note}</q>}
      {hold.meaning && hold.errcode !== undefined && (
        <>
          {' '}
          {inLanguage(hold.meaning)} <span className="code">{hold.errcode}</span>
        </>
      )}
      {until !== undefined && <> {t('until', { time: moment(until) })}</>}
    </span>
  );
}
