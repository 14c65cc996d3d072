interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Every item of a list that is short enough to be looked through at one go. */
export async function allPages<T>(
  read: (after: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await read(after);
    all.push(...items);
    after = next ?? undefined;
  } while (after !== undefined);
  return all;
}
