import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../api/accounts';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { moment } from '../format/times';

/** Stops everything of an account. To lift it, nobody types anything: only stopping all is rare. */
export function Hold({ account }: { readonly account: Account }) {
  const { t } = useTranslation('accounts');
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const act = async (verb: 'hold' | 'lift'): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const params = { path: { appid: account.appid } };
    try {
      await answered(
        verb === 'hold'
          ? api.POST('/v1/accounts/{appid}/hold', { params })
          : api.POST('/v1/accounts/{appid}/lift', { params }),
      );
      setTyped('');
      await client.invalidateQueries({ queryKey: ['accounts'] });
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <section className="card" aria-labelledby="hold-title">
      <header className="card-head">
        <h2 id="hold-title">{t('page.danger')}</h2>
      </header>
      <div className="card-body stack">
        {account.held ? (
          <p>{account.heldAt !== null && t('page.heldSince', { time: moment(account.heldAt) })}</p>
        ) : (
          <>
            <p className="secondary">{t('page.holdLead')}</p>
            <div className="field">
              <label htmlFor="hold-name">{t('page.type', { name: account.name })}</label>
              <input
                id="hold-name"
                className="input hold-name"
                autoComplete="off"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            </div>
          </>
        )}
        {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
        <div>
          {account.held ? (
            <Button loading={busy} onClick={() => void act('lift')}>
              {t('page.lift')}
            </Button>
          ) : (
            <Button
              danger
              loading={busy}
              disabled={typed.trim() !== account.name.trim()}
              onClick={() => void act('hold')}
            >
              {t('page.hold')}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
