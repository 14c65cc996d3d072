import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Modal } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { useMe } from '../api/me';
import type { Operator } from '../api/operators';
import { asProblem, type Problem } from '../api/problem';
import { formText } from '../format/form-text';
import type { Grant } from './grants';
import { GrantsEditor } from './grants-editor';
import { keptOpen } from './kept-open';
import { SecretShown } from './secret-shown';

/** A new member, or one that is there: name, rights, a new password, in or out. */
export function MemberDialog({
  operator,
  onClose,
}: {
  readonly operator: Operator | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('settings');
  const client = useQueryClient();
  const me = useMe();
  const id = useId();
  const [grants, setGrants] = useState<readonly Grant[]>(
    operator?.grants ?? [{ role: 'viewer', appids: null }],
  );
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [oneTime, setOneTime] = useState<{ readonly name: string; readonly password: string }>();
  const [asks, setAsks] = useState<'reset' | 'disable'>();
  const isMe = me.kind === 'operator' && operator?.id === me.id;

  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
      await client.invalidateQueries({ queryKey: ['operators'] });
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = formText(form, 'name').trim();
    void run(async () => {
      const wanted = grants.map((grant) => ({ ...grant }));
      if (operator === undefined) {
        const login = formText(form, 'login').trim();
        const made = await answered(
          api.POST('/v1/operators', { body: { login, name, grants: wanted } }),
        );
        setOneTime({ name, password: made.oneTimePassword ?? '' });
        return;
      }
      await answered(
        api.PATCH('/v1/operators/{id}', {
          params: { path: { id: operator.id } },
          body: isMe ? { name } : { name, grants: wanted },
        }),
      );
      onClose();
    });
  };
  const reset = (withoutTotp: boolean): void =>
    void run(async () => {
      if (operator === undefined) return;
      const made = await answered(
        api.POST('/v1/operators/{id}/one-time-password', {
          params: { path: { id: operator.id } },
          body: { withoutTotp },
        }),
      );
      setOneTime({ name: operator.name, password: made.oneTimePassword ?? '' });
    });
  const disable = (disabled: boolean): void =>
    void run(async () => {
      if (operator === undefined) return;
      await answered(
        api.PATCH('/v1/operators/{id}', {
          params: { path: { id: operator.id } },
          body: { disabled },
        }),
      );
      onClose();
    });

  return (
    <Modal
      open
      title={operator === undefined ? t('members.dialogNew') : t('members.dialogEdit')}
      onCancel={onClose}
      {...keptOpen(busy || oneTime !== undefined)}
      footer={
        oneTime ? (
          <Button type="primary" onClick={onClose}>
            {t('members.done')}
          </Button>
        ) : asks ? null : (
          <Button type="primary" htmlType="submit" form={id} loading={busy}>
            {operator === undefined ? t('members.create') : t('members.save')}
          </Button>
        )
      }
      width={600}
      destroyOnHidden
    >
      {oneTime ? (
        <div className="stack">
          <p>{t('members.created', { name: oneTime.name })}</p>
          <SecretShown label={t('members.oneTime')} secret={oneTime.password} />
        </div>
      ) : asks && operator ? (
        <Asked
          what={asks}
          operator={operator}
          busy={busy}
          onCancel={() => setAsks(undefined)}
          onReset={reset}
          onDisable={() => disable(true)}
        />
      ) : (
        <form id={id} className="stack member-form" onSubmit={save}>
          <div className="field">
            <label htmlFor={`${id}-name`}>{t('members.name')}</label>
            <input
              id={`${id}-name`}
              name="name"
              className="input"
              defaultValue={operator?.name}
              maxLength={100}
              required
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}-login`}>{t('members.login')}</label>
            <input
              id={`${id}-login`}
              name="login"
              className="input"
              defaultValue={operator?.login}
              disabled={operator !== undefined}
              maxLength={64}
              autoComplete="off"
              required
              aria-describedby={`${id}-login-hint`}
            />
            {operator === undefined && (
              <p className="hint" id={`${id}-login-hint`}>
                {t('members.loginHint')}
              </p>
            )}
          </div>
          {!isMe && <GrantsEditor grants={grants} onChange={setGrants} />}
          {operator && operator.oidcIssuer !== null && (
            <p className="hint">{t('members.followsClaims')}</p>
          )}
          {operator && !isMe && (
            <div className="actions member-acts">
              <Button onClick={() => setAsks('reset')}>{t('members.reset')}</Button>
              {operator.disabledAt === null ? (
                <Button danger onClick={() => setAsks('disable')}>
                  {t('members.disable')}
                </Button>
              ) : (
                <Button loading={busy} onClick={() => disable(false)}>
                  {t('members.enable')}
                </Button>
              )}
            </div>
          )}
        </form>
      )}
      {problem && (
        <Alert
          className="dialog-fault"
          type="error"
          showIcon
          title={problem.words ?? problem.code}
        />
      )}
    </Modal>
  );
}

function Asked({
  what,
  operator,
  busy,
  onCancel,
  onReset,
  onDisable,
}: {
  readonly what: 'reset' | 'disable';
  readonly operator: Operator;
  readonly busy: boolean;
  readonly onCancel: () => void;
  readonly onReset: (withoutTotp: boolean) => void;
  readonly onDisable: () => void;
}) {
  const { t } = useTranslation(['settings', 'shell']);
  const [withoutTotp, setWithoutTotp] = useState(false);
  return (
    <div className="stack">
      <p>
        {t(what === 'reset' ? 'members.resetLead' : 'members.disableLead', { name: operator.name })}
      </p>
      {what === 'reset' && operator.totp && (
        <label className="check">
          <input
            type="checkbox"
            checked={withoutTotp}
            onChange={(event) => setWithoutTotp(event.target.checked)}
          />
          {t('members.withoutTotp')}
        </label>
      )}
      <div className="actions">
        <Button onClick={onCancel}>{t('shell:cancel')}</Button>
        <Button
          danger
          loading={busy}
          onClick={() => (what === 'reset' ? onReset(withoutTotp) : onDisable())}
        >
          {what === 'reset' ? t('members.reset') : t('members.disable')}
        </Button>
      </div>
    </div>
  );
}
