/** A tag is worn by every n-th follower: nothing to store, easy to check. */
export type Tag = { readonly id: number; readonly name: string; readonly every: number };

/** Ids below 100 are reserved by WeChat. */
export const TAGS: readonly Tag[] = [
  { id: 100, name: 'VIP', every: 10 },
  { id: 101, name: '学员', every: 3 },
];

export const wears = (follower: number, { every }: Tag): boolean => follower % every === 0;
