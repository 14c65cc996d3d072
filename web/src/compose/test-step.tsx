import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAccounts } from '../api/accounts';
import { useAttempt } from '../api/attempt';
import { broadcastQuery } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import type { StepProps } from './step-props';
import { openidLines } from '../format/openid-lines';
import { faultsOf, stepOf } from './steps';
import { LastTest } from './last-test';
import { TestResult } from './test-result';
import { TextField } from './text-field';
import { type Tester, useTesters } from './use-testers';

const MOST = 20;

/** The message as it will be, to a few people who wait for it, with what became of each. */
export function TestStep({ draft, lead }: StepProps) {
  const { t } = useTranslation('compose');
  const { stored, flush } = draft;
  const account = useAccounts().find(({ appid }) => appid === stored.appid);
  const mayTest = useMay('broadcast.test', stored.appid);
  const testers = useTesters(stored.appid, account?.sandbox === true);
  const [text, setText] = useState('');
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [testId, setTestId] = useState<string>();
  const client = useQueryClient();
  const lastId = testId ?? stored.test?.id;
  const attempt = useAttempt();
  const openids = [...new Set([...picked, ...openidLines(text).openids])].slice(0, MOST);
  // Who receives it and when is no matter of a test.
  const missing = faultsOf(stored).filter(
    (fault) => stepOf(fault) === 'content' || stepOf(fault) === 'template',
  );

  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await flush();
      if (now === undefined) return;
      const { appid, channel, templateId, fields, url, miniprogram, page, name } = now;
      const message = { appid, channel, templateId, fields, url, miniprogram, page, name };
      const body = { ...message, openids, broadcastId: now.id };
      const { id } = await attempt.ask(body, (key) =>
        answered(
          api.POST('/v1/broadcasts/test', {
            params: { header: { 'Idempotency-Key': key } },
            body: body as never,
          }),
        ),
      );
      setTestId(id);
      // It says now that it was tried.
      void client.invalidateQueries({ queryKey: broadcastQuery(now.id).queryKey, exact: true });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <section className="card" aria-labelledby="test-title">
        <header className="card-head">
          <h2 id="test-title">{t('test.title')}</h2>
          <span className="quiet small">{t('test.skip')}</span>
        </header>
        <div className="card-body stack">
          <p className="secondary">{t('test.lead')}</p>
          {testers.length > 0 && (
            <Testers
              title={account?.sandbox === true ? t('test.people') : undefined}
              testers={testers}
              picked={picked}
              onChange={setPicked}
            />
          )}
          {account?.sandbox !== true && (
            <TextField label={t('test.who')} lines={3} value={text} onChange={setText} />
          )}
          {missing.length > 0 && (
            <Alert
              type="info"
              showIcon
              title={t('test.blocked', { n: missing.length })}
              action={
                <Button size="small" onClick={() => missing[0] && lead(missing[0])}>
                  {t('confirm.go')}
                </Button>
              }
            />
          )}
          {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
          <div className="row">
            <Button
              disabled={!mayTest || missing.length > 0 || openids.length === 0}
              loading={busy}
              onClick={() => void send()}
            >
              {t('test.send', { n: openids.length })}
            </Button>
            {openids.length === 0 && <span className="quiet small">{t('test.none')}</span>}
            {!mayTest && <span className="quiet small">{t('confirm.noRight')}</span>}
          </div>
          <LastTest broadcast={stored} />
        </div>
      </section>
      {lastId !== undefined && (
        <TestResult
          key={lastId}
          id={lastId}
          appid={stored.appid}
          isSandbox={account?.sandbox === true}
          testers={testers}
        />
      )}
    </>
  );
}

function Testers({
  title,
  testers,
  picked,
  onChange,
}: {
  readonly title: string | undefined;
  readonly testers: readonly Tester[];
  readonly picked: ReadonlySet<string>;
  readonly onChange: (picked: ReadonlySet<string>) => void;
}) {
  return (
    <fieldset className="field">
      {title && <legend>{title}</legend>}
      <div className="testers">
        {testers.map(({ openid, name }) => (
          <label key={openid} className="check">
            <input
              type="checkbox"
              checked={picked.has(openid)}
              onChange={(event) => {
                const next = new Set(picked);
                if (event.target.checked) next.add(openid);
                else next.delete(openid);
                onChange(next);
              }}
            />
            <span dir="auto">{name ?? openid}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
