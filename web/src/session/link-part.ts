const taken = new Map<string, string>();

/** A one-time part of the address, after `#`, which browsers send to nobody. It leaves the address at once. */
export function linkPart(name: 'setup' | 'ticket'): string | undefined {
  const kept = taken.get(name);
  if (kept !== undefined) return kept;
  const found = new RegExp(`^#${name}=([\\w-]{20,200})$`).exec(location.hash)?.[1];
  if (found === undefined) return undefined;
  taken.set(name, found);
  history.replaceState(history.state, '', location.pathname + location.search);
  return found;
}
