import { CheckCircleFilled, CloseCircleFilled, RightOutlined } from '@ant-design/icons';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAccounts } from '../api/accounts';
import { useFollowerSync } from '../api/followers';
import { useMay } from '../api/me';
import { count } from '../format/numbers';
import { at, inOwnZone } from '../format/times';
import { inLanguage } from '../locales/language';
import { audienceIn, followersIn, isNamed } from './audience';
import { instantIn } from './beijing-time';
import { LastTest } from './last-test';
import type { StepProps } from './step-props';
import { faultsOf } from './steps';

/** Everything once more in one view, and what is in the way. The button that sends stands where one went on before. */
export function ConfirmStep({ draft, template, lead }: StepProps) {
  const { t } = useTranslation('compose');
  const { stored, members } = draft;
  const account = useAccounts().find(({ appid }) => appid === stored.appid);
  const maySend = useMay('broadcast.send', stored.appid);
  const faults = faultsOf(stored);
  // Of what cannot be sent as it stands, the faults above tell.
  const { sendHours: hours, canary } = stored;
  const startAt = instantIn(members.startAt);
  const own = startAt === undefined ? undefined : inOwnZone(startAt);
  return (
    <section className="card" aria-labelledby="confirm-title">
      <header className="card-head">
        <h2 id="confirm-title">{t('confirm.title')}</h2>
      </header>
      <div className="card-body stack">
        {faults.length === 0 ? (
          <p className="confirm-ok">
            <CheckCircleFilled /> {t('confirm.ok')}
          </p>
        ) : (
          <div>
            <p className="confirm-faults">
              <CloseCircleFilled /> {t('confirm.faults', { n: faults.length })}
            </p>
            <ul className="fault-list">
              {faults.map((fault) => (
                <li key={`${fault.path} ${fault.code}`}>
                  <button type="button" onClick={() => lead(fault)}>
                    <span className="grow">
                      {fault.path === 'audience' && members.audience === null
                        ? t('audience.missing')
                        : inLanguage(fault)}
                    </span>
                    <span className="needs-go">
                      {t('confirm.go')} <RightOutlined />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
        {stored.warnings.map((warning) => (
          <Alert
            key={`${warning.path} ${warning.code}`}
            type="warning"
            showIcon
            title={inLanguage(warning)}
          />
        ))}
        <dl className="facts num">
          <dt>{t('confirm.account')}</dt>
          <dd>{account?.name ?? stored.appid}</dd>
          <dt>{t('confirm.template')}</dt>
          <dd>{template?.title ?? '—'}</dd>
          <dt>{t('confirm.audience')}</dt>
          <dd>
            <Audience appid={stored.appid} audience={members.audience} />
          </dd>
          <dt>{t('confirm.when')}</dt>
          <dd>
            {startAt === undefined ? t('confirm.atOnce') : at(startAt)}
            {own && <span className="quiet"> · {t('when.own', { time: own })}</span>}
          </dd>
          <dt>{t('confirm.hours')}</dt>
          <dd>{hours === null ? t('confirm.anyHour') : `${hours.from}–${hours.to}`}</dd>
          {canary !== null && (
            <>
              <dt>{t('confirm.canary')}</dt>
              <dd>
                {canary.first === null || canary.first === undefined
                  ? `${canary.percent ?? 0} %`
                  : t('confirm.people', { n: count(canary.first) })}
              </dd>
            </>
          )}
          {stored.sendsPerSecond !== null && (
            <>
              <dt>{t('when.perSecond')}</dt>
              <dd>{count(stored.sendsPerSecond)}</dd>
            </>
          )}
        </dl>
        <LastTest broadcast={stored} />
        {!maySend && <p className="secondary">{t('confirm.noRight')}</p>}
      </div>
    </section>
  );
}

function Audience({ appid, audience }: { readonly appid: string; readonly audience: unknown }) {
  const { t } = useTranslation('compose');
  const { kind, people } = audienceIn(audience);
  const followers = followersIn(useFollowerSync(appid, kind === 'all').data);
  if (people !== undefined) return <>{t('confirm.people', { n: count(people) })}</>;
  if (kind === 'all')
    return (
      <>
        {t('audience.all')}
        {followers !== undefined && (
          <span className="quiet"> · {t('confirm.people', { n: count(followers) })}</span>
        )}
      </>
    );
  return <>{isNamed(kind) ? t(`audience.${kind}`) : '—'}</>;
}
