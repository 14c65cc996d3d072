import { Alert } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useAccounts, useChosenAccount } from '../api/accounts';
import { useAttempt } from '../api/attempt';
import { answered, api } from '../api/client';
import { may, useMe } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { Monogram } from '../shell/monogram';
import { SandboxTag } from '../shell/sandbox-tag';
import { useTitle } from '../shell/use-title';
import { Empty, Forbidden } from '../states/page-states';
import { TemplateList } from './template-list';
import './compose.css';

/** The first step: whose message it is, and which template. The draft is made with that choice. */
export function NewDraft() {
  const { t } = useTranslation('compose');
  const me = useMe();
  const chosen = useChosenAccount();
  const accounts = useAccounts().filter(({ appid }) => may(me, 'broadcast.edit', appid));
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const attempt = useAttempt();
  useTitle(t('title'));
  if (!may(me, 'broadcast.edit', chosen?.appid)) return <Forbidden />;

  const make = async (appid: string, templateId: string, channel?: string): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const body = { appid, templateId, draft: true, ...(channel && { channel }) };
      const { id } = await attempt.ask(body, (key) =>
        answered(
          api.POST('/v1/broadcasts', {
            params: { header: { 'Idempotency-Key': key } },
            body: body as never,
          }),
        ),
      );
      void navigate(`/compose/${id}?appid=${appid}&step=content`);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('title')}</h1>
      </div>
      {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      {chosen === undefined ? (
        <section className="card" aria-labelledby="whose">
          <header className="card-head">
            <h2 id="whose">{t('account.title')}</h2>
          </header>
          {accounts.length === 0 ? (
            <Empty text={t('account.none')} />
          ) : (
            <ul className="compose-accounts">
              {accounts.map((account) => (
                <li key={account.appid}>
                  <Link to={`/compose?appid=${account.appid}`}>
                    <Monogram account={account} />
                    <span className="grow">{account.name}</span>
                    {account.sandbox && <SandboxTag />}
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </section>
      ) : (
        <TemplateList
          appid={chosen.appid}
          busy={busy}
          onChoice={(template) =>
            void make(
              chosen.appid,
              template.templateId,
              template.family === 'subscription'
                ? chosen.kind === 'service'
                  ? 'bizsend'
                  : 'subscribe'
                : undefined,
            )
          }
        />
      )}
    </div>
  );
}
