import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { formText } from '../format/form-text';
import { useTitle } from '../shell/use-title';
import { Forbidden } from '../states/page-states';
import { keepSecrets, makeCallbackSecrets } from './callback-secrets';
import './accounts.css';

/** The three facts of an account that only its owner knows. What follows is a checklist. */
export function NewAccountPage() {
  const { t } = useTranslation('accounts');
  const [search] = useSearchParams();
  const isTest = search.get('kind') === 'test';
  const client = useQueryClient();
  const navigate = useNavigate();
  const manages = useMay('account.manage');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const title = isTest ? t('new.testTitle') : t('new.serviceTitle');
  useTitle(title);
  if (!manages) return <Forbidden />;

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const appid = formText(form, 'appid').trim();
    const secrets = makeCallbackSecrets();
    setBusy(true);
    try {
      await answered(
        api.POST('/v1/accounts', {
          body: {
            appid,
            kind: 'service',
            name: formText(form, 'name').trim(),
            secret: formText(form, 'secret').trim(),
            callbackToken: secrets.callbackToken,
            ...(isTest
              ? { testAccount: true, callbackMode: 'plain' }
              : { encodingAesKey: secrets.encodingAesKey, callbackMode: 'safe' }),
          },
        }),
      );
      keepSecrets(appid, secrets);
      void client.invalidateQueries({ queryKey: ['accounts'] });
      void navigate(`/accounts/${appid}/connect`);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const field = (name: 'name' | 'appid' | 'secret') => {
    const fault = problem?.faultAt(name);
    const hint = isTest && name !== 'name' ? t(`new.${name}HintTest`) : t(`new.${name}Hint`);
    return (
      <div className="field">
        <label htmlFor={`account-${name}`}>{t(`new.${name}`)}</label>
        <input
          id={`account-${name}`}
          name={name}
          className={name === 'name' ? 'input' : 'input code'}
          autoComplete="off"
          spellCheck={false}
          maxLength={name === 'name' ? 100 : 128}
          pattern={name === 'appid' ? ' *wx[0-9a-f]{16} *' : undefined}
          title={name === 'appid' ? t('new.invalidAppid') : undefined}
          required
          aria-invalid={fault !== undefined}
          aria-describedby={`account-${name}-hint`}
        />
        <p className={fault === undefined ? 'hint' : 'fault'} id={`account-${name}-hint`}>
          {fault ?? hint}
        </p>
      </div>
    );
  };
  return (
    <div className="page narrow">
      <div className="page-head">
        <div className="grow">
          <h1>{title}</h1>
          <p>{t('new.lead')}</p>
        </div>
      </div>
      <form className="card form-card" onSubmit={(event) => void submit(event)}>
        {problem && problem.body.errors === undefined && (
          <Alert type="error" showIcon title={problem.words ?? problem.code} />
        )}
        {field('name')}
        {field('appid')}
        {field('secret')}
        <div>
          <Button type="primary" htmlType="submit" loading={busy}>
            {t('new.next')}
          </Button>
        </div>
      </form>
    </div>
  );
}
