import { Alert, Button } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { answered, api } from '../api/client';
import { type Me, welcome } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { formText } from '../format/form-text';
import { useTitle } from '../shell/use-title';
import { Entrance } from './entrance';
import { linkPart } from './link-part';
import { LoginForm } from './login-form';
import { PasswordInput } from './password-input';

const WELCOME = '/welcome';

/** The first administrator, made once: with the key, or with the one-time part of the address that the start printed. */
export function SetupPage() {
  const { t } = useTranslation('session');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [part, setPart] = useState(linkPart('setup'));
  const [byKey, setByKey] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<Me>();
  const { pathname } = useLocation();
  // Let in where they are going: else what stands at the address of before would be drawn on the way.
  useEffect(() => {
    if (made !== undefined && pathname === WELCOME) welcome(client, made);
  }, [client, made, pathname]);
  useTitle(t('setup.title'));

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => formText(form, name).trim();
    setBusy(true);
    try {
      const me = await answered(
        api.POST('/v1/setup', {
          body: {
            key: part ?? text('key'),
            login: text('login'),
            name: text('name'),
            password: formText(form, 'password'),
          },
        }),
      );
      setMade(me);
      void navigate(WELCOME, { replace: true });
    } catch (error) {
      const found = asProblem(error);
      setBusy(false);
      setProblem(found);
      if (found.code === 'wrong_key') setPart(undefined);
      if (found.code === 'setup_done') void client.invalidateQueries({ queryKey: ['setup'] });
    }
  };

  if (byKey)
    return (
      <Entrance title={t('title')}>
        <LoginForm />
      </Entrance>
    );
  const atField = (name: string): string | undefined => problem?.faultAt(name);
  const field = (name: 'login' | 'name', autoComplete: string) => (
    <div className="field">
      <label htmlFor={`setup-${name}`}>{t(`setup.${name}`)}</label>
      <input
        id={`setup-${name}`}
        name={name}
        className="input"
        autoComplete={autoComplete}
        maxLength={64}
        required
        aria-invalid={atField(name) !== undefined}
        aria-describedby={`setup-${name}-hint`}
      />
      <p className={atField(name) ? 'fault' : 'hint'} id={`setup-${name}-hint`}>
        {atField(name) ?? t(`setup.${name}Hint`)}
      </p>
    </div>
  );
  const isWeak = problem?.code === 'weak_password' || atField('password') !== undefined;
  return (
    <Entrance
      title={t('setup.title')}
      lead={t('setup.lead')}
      foot={
        <button type="button" className="link-button" onClick={() => setByKey(true)}>
          {t('setup.skip')}
        </button>
      }
    >
      <form className="stack login-form" onSubmit={(event) => void submit(event)}>
        {problem && !isWeak && (
          <Alert
            type="error"
            showIcon
            title={
              problem.code === 'wrong_key' ? t('setup.linkUsed') : (problem.words ?? problem.code)
            }
          />
        )}
        {part === undefined ? (
          <div className="field">
            <label htmlFor="setup-key">{t('setup.key')}</label>
            <PasswordInput
              id="setup-key"
              name="key"
              autoComplete="off"
              required
              aria-describedby="setup-key-hint"
            />
            <p className="hint" id="setup-key-hint">
              {t('setup.keyHint')}
            </p>
          </div>
        ) : (
          <p className="setup-linked">{t('setup.linked')}</p>
        )}
        {field('login', 'username')}
        {field('name', 'name')}
        <div className="field">
          <label htmlFor="setup-password">{t('setup.password')}</label>
          <PasswordInput
            id="setup-password"
            name="password"
            autoComplete="new-password"
            minLength={10}
            required
            aria-invalid={isWeak}
            aria-describedby="setup-password-hint"
          />
          <p className={isWeak ? 'fault' : 'hint'} id="setup-password-hint">
            {isWeak ? (atField('password') ?? problem?.words) : t('setup.passwordHint')}
          </p>
        </div>
        <Button type="primary" size="large" htmlType="submit" block loading={busy}>
          {t('setup.submit')}
        </Button>
      </form>
    </Entrance>
  );
}
