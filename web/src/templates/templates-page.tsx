import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useChosenAccount } from '../api/accounts';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { asProblem } from '../api/problem';
import { type Template, templatesQuery } from '../api/templates';
import { CopyButton } from '../format/copy-button';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';
import { useTitle } from '../shell/use-title';
import { Empty, Shown } from '../states/page-states';
import './templates.css';

export function TemplatesPage() {
  const { t } = useTranslation('templates');
  const account = useChosenAccount();
  useTitle(t('title'));
  return (
    <div className="page">
      {account === undefined ? (
        <>
          <div className="page-head">
            <h1>{t('title')}</h1>
          </div>
          <div className="card">
            <Empty text={t('pick')} />
          </div>
        </>
      ) : (
        <Templates appid={account.appid} />
      )}
    </div>
  );
}

function Templates({ appid }: { readonly appid: string }) {
  const { t } = useTranslation('templates');
  const { message } = App.useApp();
  const client = useQueryClient();
  const syncs = useMay('template.sync', appid);
  const [search, setSearch] = useSearchParams();
  const [busy, setBusy] = useState(false);
  const read = useQuery(templatesQuery(appid));
  const find = search.get('find') ?? '';

  const sync = async (): Promise<void> => {
    setBusy(true);
    // Nothing is new where nothing was known.
    const isFirst = read.data?.length === 0;
    try {
      const found = await answered(
        api.POST('/v1/accounts/{appid}/templates/sync', { params: { path: { appid } } }),
      );
      await client.invalidateQueries(templatesQuery(appid));
      const counts = {
        added: found.added.length,
        changed: found.changed.length,
        removed: found.removed.length,
      };
      void message.success(
        isFirst ? t('firstRead', { n: found.added.length }) : t('synced', counts),
      );
    } catch (error) {
      const problem = asProblem(error);
      void message.error(problem.words ?? problem.code);
    }
    setBusy(false);
  };
  return (
    <>
      <div className="page-head">
        <div className="grow">
          <h1>{t('title')}</h1>
          <p>{t('lead')}</p>
        </div>
        {syncs && (
          <Button loading={busy} onClick={() => void sync()}>
            {busy ? t('syncing') : t('sync')}
          </Button>
        )}
      </div>
      <Shown of={read}>
        {(items) => {
          const found = items.filter(({ title }) =>
            title.toLowerCase().includes(find.toLowerCase()),
          );
          if (items.length === 0)
            return (
              <div className="card">
                <Empty text={t('none')} />
              </div>
            );
          return (
            <>
              <input
                className="input templates-find"
                type="search"
                aria-label={t('find')}
                placeholder={t('find')}
                value={find}
                onChange={(event) =>
                  setSearch(
                    (now) => {
                      const next = new URLSearchParams(now);
                      if (event.target.value === '') next.delete('find');
                      else next.set('find', event.target.value);
                      return next;
                    },
                    { replace: true },
                  )
                }
              />
              {found.length === 0 && <p className="quiet">{t('nothing', { text: find })}</p>}
              <div className="stack">
                {found.map((template) => (
                  <TemplateCard
                    key={`${template.family} ${template.templateId}`}
                    template={template}
                  />
                ))}
              </div>
            </>
          );
        }}
      </Shown>
    </>
  );
}

/** Whether it is another one than was read at first. */
const hasChanged = ({ firstReadAt, changedAt }: Template): boolean =>
  firstReadAt !== null && firstReadAt !== changedAt;

function TemplateCard({ template }: { readonly template: Template }) {
  const { t } = useTranslation('templates');
  const shown = { true: t('shownYes'), false: t('shownNo'), uncertain: t('shownMaybe') };
  return (
    <details className="card template-card" name="template">
      <summary>
        <span className="template-title">{template.title || template.templateId}</span>
        {template.removedAt !== null && (
          <span className="state-tag" data-ink="failed">
            {t('gone')}
          </span>
        )}
        <span className="quiet small">{t(`family.${template.family}`)}</span>
        <span className="quiet small num">{t('fields', { n: template.fields.length })}</span>
        <span className="quiet small num">
          {t(hasChanged(template) ? 'changed' : 'read', { time: moment(template.changedAt) })}
        </span>
      </summary>
      <div className="template-body">
        <dl className="facts">
          <dt>{t('id')}</dt>
          <dd>
            <span className="code">{template.templateId}</span>{' '}
            <CopyButton text={template.templateId} />
          </dd>
          {template.primaryIndustry !== '' && (
            <>
              <dt>{t('industry')}</dt>
              <dd>
                {template.primaryIndustry} · {template.deputyIndustry}
              </dd>
            </>
          )}
          <dt>{t('content')}</dt>
          <dd className="template-content code">{template.content}</dd>
          {template.example !== '' && (
            <>
              <dt>{t('example')}</dt>
              <dd className="template-content">{template.example}</dd>
            </>
          )}
        </dl>
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                {(['name', 'label', 'type', 'limit', 'shown'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`field.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {template.fields.map((field) => (
                <tr key={field.name}>
                  <th scope="row" className="code">
                    {field.name}
                  </th>
                  <td>{field.label || '—'}</td>
                  <td className="code">{field.type}</td>
                  <td>
                    {field.limit === null ? (
                      <span className="quiet">{t('unlimited')}</span>
                    ) : (
                      t('chars', { n: count(field.limit) })
                    )}
                  </td>
                  <td>
                    {shown[String(field.shown) as keyof typeof shown]}
                    {field.reason && <p className="quiet small">{inLanguage(field.reason)}</p>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </details>
  );
}
