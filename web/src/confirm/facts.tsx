import { useTranslation } from 'react-i18next';
import { count } from '../format/numbers';
import { day as dayWords, inOwnZone, moment } from '../format/times';
import { LEFT_OUT } from '../states/reason';
import { ReasonWords } from '../states/reason-words';
import type { Confirmation } from './asked';

/** Within this it begins as soon as it is confirmed. */
const AT_ONCE_MS = 120_000;

/** What a start would do: by whom, from when to when, over which days; and what is still open of it. */
export function Facts({
  facts,
  undoSeconds,
}: {
  readonly facts: Confirmation['facts'];
  readonly undoSeconds: number;
}) {
  const { t } = useTranslation('confirm');
  const { account, startsAt, endsAt, days, reviewing, unknown, inFlight } = facts;
  const { recipients, leftOut } = facts;
  const spared = (leftOut ?? []).reduce((sum, each) => sum + each.count, 0);
  const isAtOnce = Date.parse(startsAt) - Date.now() < AT_ONCE_MS;
  const own = inOwnZone(startsAt);
  const start = isAtOnce ? t('atOnce') : moment(startsAt);
  return (
    <>
      <p>
        {endsAt === null
          ? t('leadOpen', { account: account.name, start })
          : t('lead', { account: account.name, start, end: moment(endsAt) })}
      </p>
      {leftOut === null && <p className="secondary">{t('leftOutLater')}</p>}
      {leftOut !== null && spared > 0 && (
        <div>
          <p>{t('leftOut', { all: count(recipients + spared), n: count(spared) })}</p>
          <ul className="confirm-days">
            {leftOut.map(({ reason, count: people }) => (
              <li key={reason}>
                <span>
                  <ReasonWords delivery={{ ...LEFT_OUT, detail: reason }} />
                </span>
                <strong>{t('people', { n: count(people) })}</strong>
              </li>
            ))}
          </ul>
        </div>
      )}
      {!isAtOnce && own !== undefined && <p className="quiet small">{t('own', { time: own })}</p>}
      {days.length > 1 && (
        <div>
          <p>{t('days', { n: days.length })}</p>
          <ul className="confirm-days">
            {days.map(({ day, count: people }) => (
              <li key={day}>
                <span>{dayWords(`${day}T12:00:00+08:00`)}</span>
                <strong>{t('people', { n: count(people) })}</strong>
              </li>
            ))}
          </ul>
        </div>
      )}
      {(
        [
          ['reviewing', reviewing],
          ['unknown', unknown],
          ['inFlight', inFlight],
        ] as const
      )
        .filter(([, people]) => people > 0)
        .map(([what, people]) => (
          <p key={what} className="secondary">
            {t(what, { n: count(people) })}
          </p>
        ))}
      <p className="secondary">
        {undoSeconds > 0 && isAtOnce ? t('undo', { n: undoSeconds }) : t('noRecall')}
      </p>
    </>
  );
}
