import { type Edit, isNothing } from './merge';

/**
 * What one person has typed and not saved yet, kept in this tab: a page that is closed or a session that ends loses
 * nothing, and another person who logs in here does not get it.
 */
const keyOf = (person: string, draft: string): string => `weicast.draft.${person}.${draft}`;

export function keep(person: string, draft: string, edit: Edit): void {
  try {
    if (isNothing(edit)) sessionStorage.removeItem(keyOf(person, draft));
    else sessionStorage.setItem(keyOf(person, draft), JSON.stringify(edit));
  } catch {
    // A browser may forbid storage, or have no room: then only the page itself remembers.
  }
}

export function kept(person: string, draft: string): Edit {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(person, draft)) ?? '{}') as Edit;
  } catch {
    return {};
  }
}
