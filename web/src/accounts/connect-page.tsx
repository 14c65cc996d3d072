import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  LoadingOutlined,
  MinusCircleOutlined,
} from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { type Account, accountQuery } from '../api/accounts';
import { answered, api } from '../api/client';
import { useTopics } from '../api/events';
import { useMay } from '../api/me';
import type { components } from '../api/schema';
import { inLanguage } from '../locales/language';
import { useTitle } from '../shell/use-title';
import { Shown } from '../states/page-states';
import { WaitingFor } from '../states/waiting-for';
import { CallbackForm } from './callback-form';
import './accounts.css';

type Check = components['schemas']['AccountCheckView'];
type Step = Check['steps'][number];

const LOOKS = {
  todo: { ink: 'quiet', icon: <MinusCircleOutlined /> },
  running: { ink: 'open', icon: <LoadingOutlined /> },
  waiting: { ink: 'wait', icon: <ClockCircleOutlined /> },
  ok: { ink: 'good', icon: <CheckCircleFilled /> },
  failed: { ink: 'failed', icon: <CloseCircleFilled /> },
} as const;
const EVERY_MS = 4_000;

/** What is left to do before an account can send; each step turns to done while one does it. */
export function ConnectPage() {
  const { appid = '' } = useParams();
  const { t } = useTranslation('accounts');
  const account = useQuery(accountQuery(appid));
  useTitle(t('check.title'));
  return (
    <div className="page narrow">
      <Shown of={account}>{(found) => <Checklist account={found} />}</Shown>
    </div>
  );
}

function Checklist({ account }: { readonly account: Account }) {
  const { t } = useTranslation('accounts');
  const { appid } = account;
  const client = useQueryClient();
  const mayCheck = useMay('account.check', appid);
  const [starting, setStarting] = useState(false);
  const read = useQuery({
    queryKey: ['accounts', appid, 'check'],
    queryFn: () => answered(api.GET('/v1/accounts/{appid}/check', { params: { path: { appid } } })),
    refetchInterval: EVERY_MS,
  });
  const hear = useCallback(() => {
    void client.invalidateQueries({ queryKey: ['accounts', appid] });
  }, [client, appid]);
  useTopics([`account:${appid}`], hear);

  const start = useCallback(async () => {
    setStarting(true);
    try {
      const begun = await answered(
        api.POST('/v1/accounts/{appid}/check', { params: { path: { appid } } }),
      );
      client.setQueryData(['accounts', appid, 'check'], begun);
    } finally {
      setStarting(false);
    }
  }, [client, appid]);
  // Whoever opens the list wants to know how it stands now.
  useEffect(() => {
    if (mayCheck) start().catch(() => {});
  }, [mayCheck, start]);

  return (
    <>
      <div className="page-head">
        <div className="grow">
          <h1>
            {t('check.title')} · {account.name}
          </h1>
          <p>{account.testAccount ? t('check.leadTest') : t('check.lead')}</p>
        </div>
        {mayCheck && (
          <Button loading={starting} onClick={() => void start()}>
            {t('check.run')}
          </Button>
        )}
      </div>
      <Shown of={read}>
        {(check) => (
          <>
            {check.steps.every(({ state }) => state === 'ok') && (
              <Alert
                type="success"
                showIcon
                title={t('check.done')}
                action={<Link to={`/templates?appid=${appid}`}>{t('check.goTemplates')}</Link>}
              />
            )}
            <WaitingFor what={check.waitingFor} />
            <ol className="card checklist">
              {check.steps.map((step, index) => (
                <StepRow key={step.id} step={step} number={index + 1} account={account} />
              ))}
            </ol>
          </>
        )}
      </Shown>
    </>
  );
}

function StepRow({
  step,
  number,
  account,
}: {
  readonly step: Step;
  readonly number: number;
  readonly account: Account;
}) {
  const { t, i18n } = useTranslation('accounts');
  const { ink, icon } = LOOKS[step.state];
  const key = `check.step.${step.id}`;
  const isCallback = step.id === 'handshake';
  return (
    <li className="check-step" data-state={step.state}>
      <span className="check-number num" aria-hidden="true">
        {number}
      </span>
      <div className="check-body">
        <div className="row">
          <h2>{i18n.exists(key, { ns: 'accounts' }) ? t(key as 'check.step.token') : step.id}</h2>
          <span className="state-tag" data-ink={ink}>
            {icon}
            {t(`check.state.${step.state}`)}
          </span>
        </div>
        {step.fact && <p className="secondary">{inLanguage(step.fact)}</p>}
        {step.state !== 'ok' && step.fix && (
          <p>
            {inLanguage(step.fix)}{' '}
            {step.fix.url && (
              <a href={step.fix.url} target="_blank" rel="noreferrer">
                {t('check.wechatPage')}
              </a>
            )}
          </p>
        )}
        {isCallback && step.state !== 'ok' && <CallbackForm account={account} />}
        {step.id === 'push' && step.state !== 'ok' && <p>{t('check.pushHint')}</p>}
      </div>
    </li>
  );
}
