import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { meQuery, useMe } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { formText } from '../format/form-text';
import { PasswordInput } from '../session/password-input';
import { useTitle } from '../shell/use-title';
import { Devices } from './devices';
import { TwoStep } from './two-step';
import './settings.css';

/** What is one's own: name, password, second step, devices. */
export function MePage() {
  const { t } = useTranslation('settings');
  const me = useMe();
  useTitle(t('me.title'));
  return (
    <div className="page narrow">
      <div className="page-head">
        <h1>{t('me.title')}</h1>
      </div>
      {me.kind === 'key' ? (
        <p className="secondary">{t('me.keyOnly')}</p>
      ) : (
        <>
          {me.mustChangePassword && <Alert type="warning" showIcon title={t('me.must')} />}
          {!me.mustChangePassword && <Profile />}
          {me.hasPassword ? <Password /> : <p className="secondary">{t('me.noPassword')}</p>}
          {!me.mustChangePassword && (
            <>
              {me.hasPassword && <TwoStep />}
              <Devices />
            </>
          )}
        </>
      )}
    </div>
  );
}

function Profile() {
  const { t } = useTranslation('settings');
  const { message } = App.useApp();
  const me = useMe();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const name = formText(new FormData(event.currentTarget), 'name').trim();
    setBusy(true);
    try {
      client.setQueryData(
        meQuery.queryKey,
        await answered(api.PATCH('/v1/me', { body: { name } })),
      );
      void message.success(t('me.saved'));
    } catch (error) {
      void message.error(asProblem(error).words ?? '');
    }
    setBusy(false);
  };
  return (
    <form className="card" onSubmit={(event) => void save(event)}>
      <header className="card-head">
        <h2>{t('me.profile')}</h2>
      </header>
      <div className="card-body form-grid">
        <div className="field">
          <label htmlFor="me-name">{t('me.name')}</label>
          <input
            id="me-name"
            name="name"
            className="input"
            defaultValue={me.name}
            maxLength={100}
            required
          />
        </div>
        <div className="field">
          <span className="label">{t('me.login')}</span>
          <span className="field-value">{me.login}</span>
        </div>
      </div>
      <footer className="card-foot">
        <Button htmlType="submit" loading={busy}>
          {t('me.save')}
        </Button>
      </footer>
    </form>
  );
}

function Password() {
  const { t } = useTranslation('settings');
  const { message } = App.useApp();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const change = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    setBusy(true);
    setProblem(undefined);
    try {
      await answered(
        api.POST('/v1/me/password', {
          body: { current: formText(form, 'current'), password: formText(form, 'password') },
        }),
      );
      element.reset();
      await client.invalidateQueries(meQuery);
      void message.success(t('me.changed'));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <form className="card" onSubmit={(event) => void change(event)}>
      <header className="card-head">
        <h2>{t('me.password')}</h2>
      </header>
      <div className="card-body form-grid">
        <div className="field">
          <label htmlFor="me-current">{t('me.current')}</label>
          <PasswordInput id="me-current" name="current" autoComplete="current-password" required />
        </div>
        <div className="field">
          <label htmlFor="me-next">{t('me.next')}</label>
          <PasswordInput
            id="me-next"
            name="password"
            autoComplete="new-password"
            minLength={10}
            required
            aria-describedby="me-next-hint"
          />
          <p className="hint" id="me-next-hint">
            {t('me.nextHint')}
          </p>
        </div>
      </div>
      {problem && (
        <div className="card-body">
          <Alert type="error" showIcon title={problem.words ?? problem.code} />
        </div>
      )}
      <footer className="card-foot">
        <Button htmlType="submit" loading={busy}>
          {t('me.change')}
        </Button>
      </footer>
    </form>
  );
}
