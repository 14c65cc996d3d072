import { MAX_ITEMS } from './json-scan.js';

interface Aside {
  readonly path: readonly string[];
  readonly items: readonly unknown[];
}

/**
 * Takes lists of more than a thousand items out of a body, and leaves empty ones in their place: class-transformer
 * copies each item through a dozen calls. Only routes that take such lists get them, and check the items themselves.
 */
export function setAside(value: unknown, path: readonly string[] = []): Aside[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (!Array.isArray(member)) return setAside(member, [...path, name]);
    if (member.length <= MAX_ITEMS) return [];
    (value as Record<string, unknown>)[name] = [];
    return [{ path: [...path, name], items: member }];
  });
}

/** Puts them into what became of the body. */
export function putBack(value: unknown, lists: readonly Aside[]): void {
  for (const { path, items } of lists) {
    const holder = path
      .slice(0, -1)
      .reduce((at, name) => (at as Record<string, unknown> | undefined)?.[name], value);
    const name = path.at(-1) ?? '';
    if (Array.isArray((holder as Record<string, unknown> | undefined)?.[name])) {
      (holder as Record<string, unknown>)[name] = items;
    }
  }
}
