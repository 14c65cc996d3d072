import { CloseOutlined, PushpinOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { asProblem } from '../api/problem';
import { useSetting } from '../api/settings';
import { formText } from '../format/form-text';
import {
  filtersOf,
  LONGEST_NAME,
  MOST_FILTERS,
  queryOf,
  withFilter,
  withQuery,
} from './saved-filters';

/** The filters that somebody comes back to, by their names; kept for the person, wherever they log in. */
export function SavedFilters() {
  const { t } = useTranslation('broadcasts');
  const [search, setSearch] = useSearchParams();
  const { value, isKept, change, busy } = useSetting('broadcastFilters');
  const [isNaming, setNaming] = useState(false);
  const [fault, setFault] = useState<string>();
  const id = useId();
  const filters = filtersOf(value);
  const query = queryOf(search);
  const isKnown = filters.some((each) => each.query === query);
  if (!isKept || (filters.length === 0 && query === '')) return null;

  const tried = async (changed: (now: unknown) => unknown): Promise<boolean> => {
    setFault(undefined);
    try {
      await change(changed);
      return true;
    } catch (error) {
      const { words, code } = asProblem(error);
      setFault(words ?? code);
      return false;
    }
  };
  const keep = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const name = formText(new FormData(event.currentTarget), 'name').trim();
    if (name === '') return;
    let isFull = false;
    const isDone = await tried((now) => {
      const next = withFilter(filtersOf(now), { name, query });
      isFull = next === undefined;
      return next ?? now;
    });
    if (isFull) setFault(t('saved.full', { n: MOST_FILTERS }));
    else if (isDone) setNaming(false);
  };
  return (
    <div className="saved-filters" role="group" aria-label={t('saved.label')}>
      {filters.map((filter) => (
        <span key={filter.name} className="saved-filter">
          <button
            type="button"
            className="chip"
            aria-pressed={filter.query === query}
            dir="auto"
            onClick={() => setSearch(withQuery(search, filter.query === query ? '' : filter.query))}
          >
            <PushpinOutlined aria-hidden="true" /> {filter.name}
          </button>
          <button
            type="button"
            className="saved-drop"
            aria-label={t('saved.drop', { name: filter.name })}
            title={t('saved.drop', { name: filter.name })}
            disabled={busy}
            onClick={() =>
              void tried((now) => filtersOf(now).filter(({ name }) => name !== filter.name))
            }
          >
            <CloseOutlined />
          </button>
        </span>
      ))}
      {isNaming ? (
        <form className="saved-form" onSubmit={(event) => void keep(event)}>
          <label className="visually-hidden" htmlFor={id}>
            {t('saved.name')}
          </label>
          <input
            id={id}
            name="name"
            className="input"
            autoFocus
            autoComplete="off"
            maxLength={LONGEST_NAME}
            placeholder={t('saved.name')}
            dir="auto"
            onKeyDown={(event) => {
              if (event.key === 'Enter' && event.nativeEvent.isComposing) event.preventDefault();
              if (event.key === 'Escape') setNaming(false);
            }}
          />
          <Button htmlType="submit" loading={busy}>
            {t('saved.keep')}
          </Button>
        </form>
      ) : (
        query !== '' &&
        !isKnown && (
          <button type="button" className="link-button" onClick={() => setNaming(true)}>
            {t('saved.add')}
          </button>
        )
      )}
      {fault !== undefined && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
