import { Alert, App, Button } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { type Template, templatesQuery } from '../api/templates';
import { count } from '../format/numbers';
import { Empty, Failed, Loading } from '../states/page-states';

/** The templates of an account, as cards with what stands in them. */
export function TemplateList({
  appid,
  chosen,
  busy,
  onChoice,
}: {
  readonly appid: string;
  readonly chosen?: string;
  readonly busy: boolean;
  readonly onChoice: (template: Template) => void;
}) {
  const { t } = useTranslation('compose');
  const [find, setFind] = useState('');
  const id = useId();
  const read = useQuery(templatesQuery(appid));
  const all = read.data ?? [];
  const wanted = find.trim().toLowerCase();
  const found = all.filter(
    ({ title, content, removedAt }) =>
      removedAt === null && `${title}\n${content}`.toLowerCase().includes(wanted),
  );
  // What is in use stands first, as on a phone it would be looked for below the others; then what every follower can
  // be sent, then what only those can who granted it.
  const rank = ({ templateId, family }: Template): number =>
    templateId === chosen ? 0 : family === 'private' ? 1 : 2;
  const shown = [...found].sort((one, other) => rank(one) - rank(other));
  return (
    <section className="card" aria-labelledby={`${id}-title`}>
      <header className="card-head">
        <h2 id={`${id}-title`} className="grow">
          {t('template.title')}
        </h2>
        <SyncTemplates appid={appid} />
      </header>
      {read.isPending ? (
        <div className="card-body">
          <Loading />
        </div>
      ) : read.error && read.data === undefined ? (
        <div className="card-body">
          <Failed error={read.error} onRetry={() => void read.refetch()} />
        </div>
      ) : all.length === 0 ? (
        <Empty text={t('template.none')} />
      ) : (
        <div className="card-body stack">
          {all.length > 6 && (
            <div className="field template-find">
              <label className="visually-hidden" htmlFor={id}>
                {t('template.find')}
              </label>
              <input
                id={id}
                className="input"
                placeholder={t('template.find')}
                value={find}
                onChange={(event) => setFind(event.target.value)}
              />
            </div>
          )}
          {found.length === 0 && <p className="quiet">{t('template.nothing')}</p>}
          <ul className="template-choices">
            {shown.map((template) => (
              <li key={`${template.family} ${template.templateId}`}>
                <button
                  type="button"
                  className="template-choice"
                  disabled={busy}
                  aria-current={template.templateId === chosen || undefined}
                  onClick={() => onChoice(template)}
                >
                  <strong>{template.title}</strong>
                  <span className="template-lines" dir="auto">
                    {linesOf(template.content)}
                  </span>
                  <span className="quiet small">
                    {t(`template.kind.${template.family}`)} ·{' '}
                    {t('template.fields', { n: count(template.fields.length) })}
                    {template.templateId === chosen && <> · {t('template.chosen')}</>}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** The template as people read it: its words, with a blank for each field. */
const linesOf = (content: string): string =>
  content.replaceAll(/\{\{\s*\w+\.DATA\s*\}\}/g, '＿＿').trim();

function SyncTemplates({ appid }: { readonly appid: string }) {
  const { t } = useTranslation('compose');
  const { message } = App.useApp();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const mayIt = useMay('template.sync', appid);
  const sync = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    // Nothing is new where nothing was known.
    const isFirst = client.getQueryData(templatesQuery(appid).queryKey)?.length === 0;
    try {
      const { added, changed, removed } = await answered(
        api.POST('/v1/accounts/{appid}/templates/sync', { params: { path: { appid } } }),
      );
      await client.invalidateQueries(templatesQuery(appid));
      const counts = { added: added.length, changed: changed.length, removed: removed.length };
      void message.success(
        isFirst ? t('template.firstRead', { n: added.length }) : t('template.synced', counts),
      );
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  if (!mayIt) return null;
  return (
    <span className="row">
      {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      <Button loading={busy} onClick={() => void sync()}>
        {t('template.sync')}
      </Button>
    </span>
  );
}
