import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { base } from '../api/base';
import { useMay } from '../api/me';
import { Problem } from '../api/problem';
import { useTitle } from '../shell/use-title';
import { Shown } from '../states/page-states';
import { OidcCard } from './oidc-card';

interface Readiness {
  readonly status: 'ready' | 'not ready';
  readonly checks: Readonly<Record<string, string>>;
  readonly missing?: readonly ('api' | 'callback' | 'worker')[];
}
const EVERY_MS = 10_000;
const KNOWN = ['database', 'queue', 'process', 'release', 'sweep'] as const;
type Known = (typeof KNOWN)[number];
const STATES = ['ok', 'away', 'read_only', 'full', 'stands_still', 'stopping'] as const;
type State = (typeof STATES)[number];

/** How the service is, by the same answer that a load balancer gets; and the way to the queues. */
export function SystemPage() {
  const { t } = useTranslation('settings');
  const seesLogins = useMay('operator.manage');
  useTitle(t('system.title'));
  const read = useQuery({
    queryKey: ['readiness'],
    queryFn: readiness,
    refetchInterval: EVERY_MS,
  });
  return (
    <>
      <section className="card" aria-labelledby="system-title">
        <header className="card-head">
          <h2 id="system-title">{t('system.title')}</h2>
          <span className="quiet small">{t('system.lead')}</span>
        </header>
        <div className="card-body">
          <Shown of={read}>{(state) => <Checks state={state} />}</Shown>
        </div>
      </section>
      {seesLogins && <OidcCard />}
      <section className="card" aria-labelledby="queues-title">
        <header className="card-head">
          <h2 id="queues-title">{t('system.queues')}</h2>
        </header>
        <div className="card-body stack">
          <p className="secondary">{t('system.queuesLead')}</p>
          <p>
            <a href={new URL('queues', base).href}>{t('system.open')}</a>
          </p>
        </div>
      </section>
    </>
  );
}

function Checks({ state: { status, checks, missing } }: { readonly state: Readiness }) {
  const { t } = useTranslation('settings');
  const isReady = status === 'ready';
  return (
    <div className="stack">
      <p>
        <span className="state-tag" data-ink={isReady ? 'good' : 'failed'}>
          {isReady ? <CheckCircleFilled /> : <CloseCircleFilled />}
          {isReady ? t('system.ready') : t('system.notReady')}
        </span>
      </p>
      <dl className="facts">
        {Object.entries(checks).map(([name, check]) => (
          <Check key={name} name={name} check={check} />
        ))}
      </dl>
      {missing && missing.length > 0 && (
        <p>
          {t('system.missing', {
            roles: missing.map((role) => t(`system.roles.${role}`)).join(' · '),
          })}
        </p>
      )}
    </div>
  );
}

function Check({ name, check }: { readonly name: string; readonly check: string }) {
  const { t } = useTranslation('settings');
  return (
    <>
      <dt>{KNOWN.includes(name as Known) ? t(`system.checks.${name as Known}`) : name}</dt>
      <dd>{STATES.includes(check as State) ? t(`system.checks.${check as State}`) : check}</dd>
    </>
  );
}

/** Not ready is an answer too, though its status is 503. */
async function readiness(): Promise<Readiness> {
  const answer = await fetch(new URL('health/ready', base)).catch((error: unknown) => {
    throw new Problem(0, { detail: String(error) });
  });
  return (await answer.json()) as Readiness;
}
