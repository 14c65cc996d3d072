import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChosenAccount } from '../api/accounts';
import { Freshness } from '../shell/freshness';
import { useTitle } from '../shell/use-title';
import { NewBroadcast } from '../states/new-broadcast';
import { Empty, Failed, Loading } from '../states/page-states';
import { Chips } from './chips';
import { Rows } from './rows';
import { SavedFilters } from './saved-filters-bar';
import { useCounts, useFilter, useList, useLiveRows } from './use-list';
import './broadcasts.css';

/** Nothing is narrowed; the order stays. */
const ALL = { shown: undefined, name: '', tests: false, mine: false, archived: false };

/** Every broadcast of the chosen account, or of all of them: how it stands, how far it is. */
export function BroadcastsPage() {
  const { t } = useTranslation('broadcasts');
  const appid = useChosenAccount()?.appid;
  const [filter, change, isNarrowed] = useFilter();
  const read = useList(filter);
  const rows = read.data?.pages.flatMap(({ items }) => items) ?? [];
  useLiveRows(rows);
  useTitle(t('title'));
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('title')}</h1>
        <span className="quiet small num">
          <Freshness />
        </span>
        <NewBroadcast />
      </div>
      <Chips
        shown={filter.shown}
        archived={filter.archived}
        onChoice={(shown) => change({ shown })}
      />
      <SavedFilters />
      <section className="card" aria-label={t('title')}>
        <div className="card-head list-tools">
          <NameFilter value={filter.name} onChange={(name) => change({ name })} />
          <label className="check">
            <input
              type="checkbox"
              checked={filter.mine}
              onChange={(event) => change({ mine: event.target.checked })}
            />
            {t('mine')}
          </label>
          <label className="check">
            <input
              type="checkbox"
              checked={filter.tests}
              onChange={(event) => change({ tests: event.target.checked })}
            />
            {t('tests')}
          </label>
          <label className="check">
            <input
              type="checkbox"
              checked={filter.archived}
              onChange={(event) => change({ archived: event.target.checked })}
            />
            {t('archived')}
          </label>
          <span className="grow" />
          <label className="list-sort">
            <span className="visually-hidden">{t('sort.label')}</span>
            <select
              className="input"
              value={filter.sort}
              onChange={(event) => change({ sort: event.target.value as 'created' | 'start' })}
            >
              <option value="created">{t('sort.created')}</option>
              <option value="start">{t('sort.start')}</option>
            </select>
          </label>
        </div>
        {read.data === undefined ? (
          <div className="card-body">
            {read.error ? (
              <Failed error={read.error} onRetry={() => void read.refetch()} />
            ) : (
              <Loading lines={6} />
            )}
          </div>
        ) : rows.length === 0 && !read.hasNextPage ? (
          isNarrowed ? (
            <Empty text={t('nothing')}>
              <Button onClick={() => change(ALL)}>{t('find.clear')}</Button>
            </Empty>
          ) : (
            <None onArchived={() => change({ archived: true })} />
          )
        ) : (
          <>
            <Rows rows={rows} withAccount={appid === undefined} />
            {read.hasNextPage && (
              <div className="list-more">
                <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
                  {t('more')}
                </Button>
              </div>
            )}
          </>
        )}
      </section>
    </div>
  );
}

/** Nothing is narrowed, and nothing is there: none was made yet, or what was is archived. */
function None({ onArchived }: { readonly onArchived: () => void }) {
  const { t } = useTranslation('broadcasts');
  const { data } = useCounts(true);
  if (data === undefined) return <Loading lines={2} />;
  if (data.counts.every((each) => each.count === 0))
    return (
      <Empty text={t('none')}>
        <NewBroadcast />
      </Empty>
    );
  return (
    <Empty text={t('allArchived')}>
      <Button onClick={onArchived}>{t('showArchived')}</Button>
      <NewBroadcast />
    </Empty>
  );
}

const SETTLE_MS = 300;

/** Asked once somebody stops typing, and not in the middle of a syllable. */
function NameFilter({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  const { t } = useTranslation('broadcasts');
  const [text, setText] = useState(value);
  const composing = useRef(false);
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => {
      if (!composing.current) tell.current(text.trim());
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <label className="list-find">
      <span className="visually-hidden">{t('find.label')}</span>
      <input
        type="search"
        className="input"
        placeholder={t('find.placeholder')}
        maxLength={100}
        value={text}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={(event) => {
          composing.current = false;
          tell.current(event.currentTarget.value.trim());
        }}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}
