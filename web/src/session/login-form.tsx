import { Alert, Button } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { welcome } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { setupQuery } from '../api/setup';
import { typedCode } from '../format/code-text';
import { duration } from '../format/times';
import { formText } from '../format/form-text';
import { PasswordInput } from './password-input';
import { ProviderButton } from './provider-button';

type Way = 'password' | 'key';

/** Login by the identity provider, by name and password (and a code, once it is asked for), or by an API key. */
export function LoginForm({ overPage = false }: { readonly overPage?: boolean }) {
  const { t } = useTranslation('session');
  const client = useQueryClient();
  // What is not known yet is what most installations have.
  const { data: setup } = useQuery(setupQuery);
  const passwordLogin = setup?.passwordLogin ?? true;
  const [way, setWay] = useState<Way>('password');
  const [wantsCode, setWantsCode] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => formText(form, name).trim();
    const code = typedCode(text('code'));
    setBusy(true);
    try {
      const me = await answered(
        api.POST('/v1/login', {
          body:
            way === 'key'
              ? { key: text('key') }
              : {
                  login: text('login'),
                  password: formText(form, 'password'),
                  ...(code === '' ? {} : { code }),
                },
        }),
      );
      welcome(client, me);
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
    } catch (error) {
      const found = asProblem(error);
      setBusy(false);
      if (found.code === 'totp_required') {
        setWantsCode(true);
        setProblem(undefined);
      } else setProblem(found);
    }
  };

  const form = (
    <form className="stack login-form" onSubmit={(event) => void submit(event)}>
      {problem && (
        <Alert type="error" showIcon title={<LoginFault problem={problem} way={way} />} />
      )}
      {way === 'key' ? (
        <div className="field">
          <label htmlFor="login-key">{t('key')}</label>
          <PasswordInput id="login-key" name="key" autoComplete="off" required autoFocus />
        </div>
      ) : (
        <>
          <div className="field">
            <label htmlFor="login-login">{t('login')}</label>
            <input
              id="login-login"
              name="login"
              className="input"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              required
              autoFocus
            />
          </div>
          <div className="field">
            <label htmlFor="login-password">{t('password')}</label>
            <PasswordInput
              id="login-password"
              name="password"
              autoComplete="current-password"
              required
            />
          </div>
          {wantsCode && (
            <div className="field">
              <label htmlFor="login-code">{t('code')}</label>
              <input
                id="login-code"
                name="code"
                className="input code"
                autoComplete="one-time-code"
                maxLength={32}
                required
                autoFocus
                aria-describedby="login-code-hint"
              />
              <p className="hint" id="login-code-hint">
                {t('codeHint')}
              </p>
            </div>
          )}
        </>
      )}
      <Button type="primary" size="large" htmlType="submit" block loading={busy}>
        {t('submit')}
      </Button>
    </form>
  );
  return (
    <div className="stack login-form">
      {setup?.oidc && (
        <ProviderButton name={setup.oidc.name} isOnlyWay={!passwordLogin} inNewTab={overPage} />
      )}
      {(passwordLogin || way === 'key') && form}
      <button
        type="button"
        className="link-button login-other"
        onClick={() => {
          setWay(way === 'key' ? 'password' : 'key');
          setProblem(undefined);
        }}
      >
        {way === 'password' ? t('byKey') : passwordLogin ? t('byPassword') : t('notByKey')}
      </button>
    </div>
  );
}

function LoginFault({ problem, way }: { readonly problem: Problem; readonly way: Way }) {
  const { t } = useTranslation('session');
  switch (problem.code) {
    case 'wrong_login':
    case 'unauthenticated':
      return <>{way === 'key' ? t('fault.wrong_key') : t('fault.wrong_login')}</>;
    case 'wrong_key':
    case 'wrong_code':
    case 'operator_disabled':
    case 'too_many_logins':
    case 'unreachable':
      return <>{t(`fault.${problem.code}`)}</>;
    case 'too_many_attempts':
      return (
        <>
          {t('fault.tooMany', { wait: duration(Number(problem.body['retryAfterSeconds'] ?? 60)) })}
        </>
      );
    default:
      return <>{problem.words ?? t('fault.other', { status: problem.status })}</>;
  }
}
