import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { base } from '../api/base';
import { answered, api } from '../api/client';
import type { components } from '../api/schema';
import { CopyButton } from '../format/copy-button';
import { at } from '../format/times';
import { inLanguage, language } from '../locales/language';
import { useTitle } from '../shell/use-title';
import { Empty, Shown } from '../states/page-states';

type Entry = components['schemas']['AuditEntryView'];
const PAGE = 50;
const ACTORS = ['operator', 'key', 'system'] as const;
const TARGETS = ['broadcast', 'account', 'operator', 'api_key'] as const;

/** Who changed what: each entry as differences of fields. The filter stands in the address. */
export function AuditPage() {
  const { t } = useTranslation(['settings', 'shell']);
  const [search, setSearch] = useSearchParams();
  useTitle(t('audit.title'));
  const filter = Object.fromEntries(
    (['actor', 'target', 'appid'] as const).flatMap((name) => {
      const value = search.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  const read = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/audit', {
          params: { query: { limit: PAGE, ...filter, ...(pageParam && { after: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const choose = (name: 'actor' | 'target', value: string): void =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const csv = new URL('v1/audit.csv', base);
  csv.search = new URLSearchParams({
    ...filter,
    bom: '1',
    lang: language() === 'en' ? 'en' : 'zh',
  }).toString();
  return (
    <section className="card" aria-labelledby="audit-title">
      <header className="card-head">
        <div className="grow-head">
          <h2 id="audit-title">{t('audit.title')}</h2>
          <p className="quiet small">{t('audit.lead')}</p>
        </div>
        <Chooser
          label={t('audit.actor')}
          value={search.get('actor') ?? ''}
          options={ACTORS.map((kind) => ({ value: kind, label: t(`audit.actors.${kind}`) }))}
          onChange={(value) => choose('actor', value)}
        />
        <Chooser
          label={t('audit.target')}
          value={search.get('target') ?? ''}
          options={TARGETS.map((kind) => ({ value: kind, label: t(`audit.targets.${kind}`) }))}
          onChange={(value) => choose('target', value)}
        />
        <a href={csv.href} download>
          {t('audit.csv')}
        </a>
      </header>
      <Shown of={read}>
        {({ pages }) => {
          const entries = pages.flatMap(({ items }) => items);
          if (entries.length === 0) return <Empty text={t('audit.none')} />;
          return (
            <ol className="audit">
              {entries.map((entry) => (
                <EntryRow key={entry.id} entry={entry} />
              ))}
            </ol>
          );
        }}
      </Shown>
      {read.hasNextPage && (
        <p className="card-body">
          <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
            {t('shell:states.more')}
          </Button>
        </p>
      )}
    </section>
  );
}

function Chooser({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslation('settings');
  return (
    <label className="chooser small">
      <span className="quiet">{label}</span>
      <select className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t('audit.any')}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

function EntryRow({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation('settings');
  const before = entry.before ?? {};
  const after = entry.after ?? {};
  const members = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return (
    <li className="audit-entry">
      <div className="audit-head">
        <span className="num quiet nowrap">{at(entry.at)}</span>
        <strong>{entry.actor.kind === 'system' ? t('audit.system') : entry.actor.name}</strong>
        <span>{inLanguage(entry.what)}</span>
        <span className="code quiet">{entry.target.id}</span>
      </div>
      {members.length > 0 && (
        <table className="diff">
          <tbody>
            {members.map((member) => (
              <tr key={member}>
                <th scope="row" className="code">
                  {member}
                </th>
                <td>
                  {member in before && (
                    <span className="diff-out">
                      <span aria-hidden="true">− </span>
                      <span className="visually-hidden">{t('audit.before')}</span>
                      {written(before[member])}
                    </span>
                  )}
                  {member in after && (
                    <span className="diff-in">
                      <span aria-hidden="true">+ </span>
                      <span className="visually-hidden">{t('audit.after')}</span>
                      {written(after[member])}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {(entry.reason !== null || entry.ip !== null) && (
        <p className="quiet small">
          {entry.reason !== null && <>“{entry.reason}” </>}
          {entry.ip !== null && t('audit.ip', { ip: entry.ip })}
          {entry.requestId !== null && (
            <>
              {' · '}
              {t('audit.request')} <span className="code">{entry.requestId.slice(0, 8)}</span>{' '}
              <CopyButton text={entry.requestId} />
            </>
          )}
        </p>
      )}
    </li>
  );
}

const written = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
