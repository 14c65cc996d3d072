/** A filter of the list by a name, as its part of the address. */
export interface SavedFilter {
  readonly name: string;
  readonly query: string;
}

/** Settings have 8 KiB for everything, and a row of buttons has an end. */
export const MOST_FILTERS = 12;
export const LONGEST_NAME = 20;
const LONGEST_QUERY = 400;
const MEMBERS = ['shown', 'name', 'tests', 'mine', 'archived', 'sort'] as const;

/** What was kept, without what is none of ours: an older or a newer page may have written it. */
export const filtersOf = (kept: unknown): readonly SavedFilter[] =>
  (Array.isArray(kept) ? (kept as unknown[]) : []).filter(isFilter).slice(0, MOST_FILTERS);

const isFilter = (value: unknown): value is SavedFilter => {
  const { name, query } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof name === 'string' && name !== '' && typeof query === 'string';
};

/** What of an address is its filter, in one order: two that say the same are the same text. */
export function queryOf(search: URLSearchParams): string {
  const own = new URLSearchParams();
  for (const member of MEMBERS) {
    const value = search.get(member);
    if (value !== null && value !== '') own.set(member, value);
  }
  return own.toString();
}

/** The address with the filter in place of its own; the account stays. */
export function withQuery(search: URLSearchParams, query: string): URLSearchParams {
  const to = new URLSearchParams(search);
  for (const member of MEMBERS) to.delete(member);
  for (const [member, value] of new URLSearchParams(query)) to.set(member, value);
  return to;
}

/** One more, in place of another of its name; undefined where there is no room for it. */
export function withFilter(
  filters: readonly SavedFilter[],
  added: SavedFilter,
): readonly SavedFilter[] | undefined {
  const others = filters.filter(({ name }) => name !== added.name);
  return others.length >= MOST_FILTERS || added.query.length > LONGEST_QUERY
    ? undefined
    : [...others, added];
}
