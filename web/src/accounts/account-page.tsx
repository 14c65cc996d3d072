import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { type Account, accountQuery } from '../api/accounts';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { formText } from '../format/form-text';
import { NumberInput } from '../format/number-input';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { type Bounds, typedNumber } from '../format/typed-number';
import { inLanguage } from '../locales/language';
import { Monogram } from '../shell/monogram';
import { MoodCard } from '../shell/sandbox-mood';
import { SandboxTag } from '../shell/sandbox-tag';
import { useTitle } from '../shell/use-title';
import { Shown } from '../states/page-states';
import { Connection } from './connection';
import { Hold } from './hold';
import { kindOf } from './kind-of';
import './accounts.css';

export function AccountPage() {
  const { appid = '' } = useParams();
  const read = useQuery(accountQuery(appid));
  return (
    <div className="page narrow">
      <Shown of={read}>{(account) => <AccountCards account={account} />}</Shown>
    </div>
  );
}

function AccountCards({ account }: { readonly account: Account }) {
  const { t } = useTranslation('accounts');
  const manages = useMay('account.manage', account.appid);
  const holds = useMay('account.hold', account.appid);
  useTitle(account.name);
  const { fault } = account.health;
  return (
    <>
      <div className="page-head">
        <Monogram account={account} size={36} />
        <div className="grow">
          <div className="row">
            <h1>{account.name}</h1>
            {account.sandbox && <SandboxTag />}
            {account.held && (
              <span className="state-tag" data-ink="wait">
                {t('held')}
              </span>
            )}
          </div>
          <p>
            {t(`kind.${kindOf(account)}`)} · <span className="code">{account.appid}</span>
          </p>
        </div>
      </div>
      {fault && <Alert type="error" showIcon title={fault.message} />}
      {account.warnings.map((warning) => (
        <Alert key={warning.code} type="warning" showIcon title={inLanguage(warning)} />
      ))}
      <section className="card" aria-labelledby="connection-title">
        <header className="card-head">
          <h2 id="connection-title">{t('page.connection')}</h2>
          {!account.sandbox && (
            <Link to={`/accounts/${account.appid}/connect`}>{t('page.checklist')}</Link>
          )}
        </header>
        <dl className="facts card-body num">
          <dt>{t('page.connection')}</dt>
          <dd>
            <Connection account={account} />
          </dd>
          <dt>{t('columns.callback')}</dt>
          <dd>
            {account.health.callback.pushAt === null
              ? t('callback.never')
              : t('callback.at', { time: moment(account.health.callback.pushAt) })}
          </dd>
          {account.callbackUrl !== null && (
            <>
              <dt>{t('page.callbackUrl')}</dt>
              <dd className="code">{account.callbackUrl}</dd>
            </>
          )}
          <dt>{t('page.quotaToday')}</dt>
          <dd>
            <Quota account={account} />
          </dd>
        </dl>
      </section>
      {account.sandbox && <MoodCard appid={account.appid} />}
      {manages && <Settings key={account.appid} account={account} />}
      {holds && <Hold account={account} />}
    </>
  );
}

function Quota({ account: { appid } }: { readonly account: Account }) {
  const { t } = useTranslation('accounts');
  const { data } = useQuery({
    queryKey: ['accounts', appid, 'quota'],
    queryFn: () => answered(api.GET('/v1/accounts/{appid}/quota', { params: { path: { appid } } })),
  });
  if (data === undefined) return null;
  if (data.limit === null || data.left === null) return <>{t('page.quotaUnknown')}</>;
  return (
    <>
      {t('page.quotaNow', {
        ours: count(data.ours + data.others),
        left: count(data.left),
        limit: count(data.limit),
      })}
    </>
  );
}

const NUMBERS = [
  'sendsPerSecond',
  'dailyQuota',
  'quotaReservePercent',
  'undoSeconds',
  'confirmAbove',
] as const;
const LABELS = {
  sendsPerSecond: 'rate',
  dailyQuota: 'quota',
  quotaReservePercent: 'reserve',
  undoSeconds: 'undo',
  confirmAbove: 'confirmAbove',
} as const;
const HINTS = {
  sendsPerSecond: 'rateHint',
  dailyQuota: 'quotaHint',
  quotaReservePercent: undefined,
  undoSeconds: 'undoHint',
  confirmAbove: 'confirmAboveHint',
} as const;

/** As the service has them. */
const BOUNDS = {
  sendsPerSecond: { least: 1, most: 10_000 },
  dailyQuota: { least: 1, most: 1_000_000_000 },
  quotaReservePercent: { least: 0, most: 90 },
  undoSeconds: { least: 0, most: 300 },
  confirmAbove: { least: 0, most: 1_000_000_000 },
} as const satisfies Readonly<Record<(typeof NUMBERS)[number], Bounds>>;

/** What is asked of whoever sends for it. A field that is left empty means none. */
function Settings({ account }: { readonly account: Account }) {
  const { t } = useTranslation('accounts');
  const { message } = App.useApp();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [numbers, setNumbers] = useState<Readonly<Record<(typeof NUMBERS)[number], string>>>(
    () => ({
      sendsPerSecond: String(account.sendsPerSecond ?? ''),
      dailyQuota: String(account.dailyQuota ?? ''),
      quotaReservePercent: String(account.quotaReservePercent),
      undoSeconds: String(account.policy.undoSeconds),
      confirmAbove: String(account.policy.confirmAbove ?? ''),
    }),
  );
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const number = (name: (typeof NUMBERS)[number]): number | null =>
      typedNumber(numbers[name], BOUNDS[name]).value ?? null;
    // What is no number is told below its field, and wipes nothing out.
    if (NUMBERS.some((name) => typedNumber(numbers[name], BOUNDS[name]).fault)) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await answered(
        api.PATCH('/v1/accounts/{appid}', {
          params: { path: { appid: account.appid } },
          body: {
            name: formText(form, 'name').trim(),
            shortName: formText(form, 'shortName').trim() || null,
            labels: formText(form, 'labels')
              .split(/[,，]/)
              .map((label) => label.trim())
              .filter((label) => label !== ''),
            sendsPerSecond: number('sendsPerSecond'),
            dailyQuota: number('dailyQuota'),
            quotaReservePercent: number('quotaReservePercent') ?? 0,
            policy: {
              undoSeconds: number('undoSeconds') ?? 0,
              confirmAbove: number('confirmAbove'),
            },
          },
        }),
      );
      await client.invalidateQueries({ queryKey: ['accounts'] });
      void message.success(t('page.saved'));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const text = (name: 'name' | 'shortName' | 'labels', value: string) => (
    <div className="field">
      <label htmlFor={`settings-${name}`}>{t(`page.${name}`)}</label>
      <input
        id={`settings-${name}`}
        name={name}
        className="input"
        defaultValue={value}
        required={name === 'name'}
        maxLength={name === 'shortName' ? 4 : 400}
      />
      {problem?.faultAt(name) && <p className="fault">{problem.faultAt(name)}</p>}
    </div>
  );
  return (
    <form className="card" onSubmit={(event) => void save(event)}>
      <header className="card-head">
        <h2>{t('page.profile')}</h2>
      </header>
      <div className="card-body form-grid">
        {text('name', account.name)}
        {text('shortName', account.shortName ?? '')}
        {text('labels', account.labels.join(', '))}
      </div>
      <header className="card-head card-head-inner">
        <h2>{t('page.limits')}</h2>
      </header>
      <div className="card-body form-grid">
        {NUMBERS.map((name) => {
          const hint = HINTS[name];
          const fault = problem?.faultAt(name) ?? problem?.faultAt(`policy.${name}`);
          return (
            <NumberInput
              key={name}
              label={t(`page.${LABELS[name]}`)}
              text={numbers[name]}
              bounds={BOUNDS[name]}
              hint={hint && t(`page.${hint}`)}
              fault={fault}
              onChange={(text) => setNumbers({ ...numbers, [name]: text })}
            />
          );
        })}
      </div>
      {problem && (
        <div className="card-body">
          <Alert type="error" showIcon title={problem.words ?? problem.code} />
        </div>
      )}
      <footer className="card-foot">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('page.save')}
        </Button>
      </footer>
    </form>
  );
}
