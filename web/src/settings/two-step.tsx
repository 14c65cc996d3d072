import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { meQuery, useMe } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { typedCode } from '../format/code-text';
import { CopyButton } from '../format/copy-button';
import { formText } from '../format/form-text';
import { PasswordInput } from '../session/password-input';
import { SecretShown } from './secret-shown';

type Wanted = 'on' | 'off' | 'codes';

/** A second step after the password: on, off, and the codes for the day on which the phone is gone. */
export function TwoStep() {
  const { t } = useTranslation('settings');
  const { totp } = useMe();
  const client = useQueryClient();
  const [wanted, setWanted] = useState<Wanted>();
  const [secret, setSecret] = useState<string>();
  const [codes, setCodes] = useState<readonly string[]>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
      await client.invalidateQueries(meQuery);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const withPassword = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const body = { password: formText(new FormData(event.currentTarget), 'password') };
    void run(async () => {
      if (wanted === 'on') setSecret((await answered(api.POST('/v1/me/totp', { body }))).secret);
      else if (wanted === 'off') await answered(api.DELETE('/v1/me/totp', { body }));
      else setCodes((await answered(api.POST('/v1/me/recovery-codes', { body }))).recoveryCodes);
      setWanted(undefined);
    });
  };
  const confirm = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const code = typedCode(formText(new FormData(event.currentTarget), 'code'));
    void run(async () => {
      const { recoveryCodes } = await answered(api.POST('/v1/me/totp/confirm', { body: { code } }));
      setCodes(recoveryCodes);
      setSecret(undefined);
    });
  };
  return (
    <section className="card" aria-labelledby="two-step-title">
      <header className="card-head">
        <h2 id="two-step-title">{t('me.twoStep')}</h2>
      </header>
      <div className="card-body stack">
        <p className="secondary">
          {totp.on ? t('me.twoStepOn', { n: totp.recoveryCodesLeft }) : t('me.twoStepOff')}
        </p>
        {wanted === undefined && secret === undefined && (
          <div className="actions">
            {totp.on ? (
              <>
                <Button onClick={() => setWanted('codes')}>{t('me.newCodes')}</Button>
                <Button danger onClick={() => setWanted('off')}>
                  {t('me.turnOff')}
                </Button>
              </>
            ) : (
              <Button onClick={() => setWanted('on')}>{t('me.turnOn')}</Button>
            )}
          </div>
        )}
        {wanted !== undefined && (
          <form className="inline-form" onSubmit={withPassword}>
            <div className="field">
              <label htmlFor="two-step-password">{t('me.withPassword')}</label>
              <PasswordInput
                id="two-step-password"
                name="password"
                autoComplete="current-password"
                required
                autoFocus
              />
            </div>
            <Button htmlType="submit" loading={busy}>
              {t('me.go')}
            </Button>
          </form>
        )}
        {secret !== undefined && (
          <form className="stack" onSubmit={confirm}>
            <p>{t('me.secretLead')}</p>
            <SecretShown label={t('me.secret')} secret={secret} />
            <div className="inline-form">
              <div className="field">
                <label htmlFor="two-step-code">{t('me.code')}</label>
                <input
                  id="two-step-code"
                  name="code"
                  className="input code"
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  required
                />
              </div>
              <Button type="primary" htmlType="submit" loading={busy}>
                {t('me.confirm')}
              </Button>
            </div>
          </form>
        )}
        {codes !== undefined && (
          <div className="stack">
            <p>
              {t('me.codes')} <CopyButton text={codes.join('\n')} />
            </p>
            <ul className="codes code">
              {codes.map((code) => (
                <li key={code}>{code}</li>
              ))}
            </ul>
          </div>
        )}
        {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      </div>
    </section>
  );
}
