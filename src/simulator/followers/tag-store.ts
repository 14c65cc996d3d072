import type { Followers } from './followers.js';

export type Tag = {
  readonly id: number;
  name: string;
  /** Every n-th follower has the tag, so that nothing is stored. With 0 only assigned followers have it. */
  readonly every: number;
  /** Followers who got or lost the tag against that pattern. */
  readonly assigned: Set<number>;
  readonly unassigned: Set<number>;
};

export type TagFault = 45056 | 45057 | 45058 | 45059 | 45157 | 45158 | 45159;

const FIRST_ID = 100;
/** WeChat reserves the ids up to this one. */
const LAST_RESERVED = 2;
const MAX_TAGS = 100;
const MAX_NAME_LENGTH = 30;
const MAX_TAGS_PER_USER = 20;
/** A tag with more followers cannot be deleted. */
const MAX_FANS_TO_DELETE = 100_000;

/** The tags of an account, and the followers who have them. */
export class TagStore {
  readonly #followers: Followers;

  readonly #tags = new Map<number, Tag>();
  #nextId = FIRST_ID;

  constructor(followers: Followers) {
    this.#followers = followers;
    this.#add('VIP', 10);
    this.#add('学员', 3);
  }

  list(): Tag[] {
    return [...this.#tags.values()];
  }

  find(id: unknown): Tag | undefined {
    return typeof id === 'number' ? this.#tags.get(id) : undefined;
  }

  create(name: string): Tag | TagFault {
    const fault = this.#nameFault(name);
    if (fault) return fault;
    return this.#tags.size >= MAX_TAGS ? 45056 : this.#add(name, 0);
  }

  rename(id: unknown, name: string): TagFault | undefined {
    const tag = this.#changeable(id);
    if (typeof tag === 'number') return tag;
    const fault = tag.name === name ? undefined : this.#nameFault(name);
    if (fault) return fault;
    tag.name = name;
    return undefined;
  }

  delete(id: unknown): TagFault | undefined {
    const tag = this.#changeable(id);
    if (typeof tag === 'number') return tag;
    if (this.count(tag) > MAX_FANS_TO_DELETE) return 45057;
    this.#tags.delete(tag.id);
    return undefined;
  }

  hasTag(follower: number, { every, assigned, unassigned }: Tag): boolean {
    if (unassigned.has(follower)) return false;
    return assigned.has(follower) || (every > 0 && follower % every === 0);
  }

  tagIdsOf(follower: number): number[] {
    return this.list()
      .filter((tag) => this.hasTag(follower, tag))
      .map(({ id }) => id);
  }

  count({ every, assigned, unassigned }: Tag): number {
    const here = (who: ReadonlySet<number>): number =>
      [...who].filter((follower) => this.#followers.follows(follower)).length;
    return (every > 0 ? this.#followers.countEvery(every) : 0) + here(assigned) - here(unassigned);
  }

  /** Assigns the tag to all of them, or to none. */
  assign(tag: Tag, who: readonly number[]): TagFault | undefined {
    const without = who.filter((follower) => !this.hasTag(follower, tag));
    if (without.some((follower) => this.tagIdsOf(follower).length >= MAX_TAGS_PER_USER))
      return 45059;
    for (const follower of without)
      if (!tag.unassigned.delete(follower)) tag.assigned.add(follower);
    return undefined;
  }

  unassign(tag: Tag, who: readonly number[]): void {
    for (const follower of who)
      if (this.hasTag(follower, tag) && !tag.assigned.delete(follower))
        tag.unassigned.add(follower);
  }

  #add(name: string, every: number): Tag {
    const tag = {
      id: this.#nextId++,
      name,
      every,
      assigned: new Set<number>(),
      unassigned: new Set<number>(),
    };
    this.#tags.set(tag.id, tag);
    return tag;
  }

  #changeable(id: unknown): Tag | 45058 | 45159 {
    if (typeof id === 'number' && id >= 0 && id <= LAST_RESERVED) return 45058;
    return this.find(id) ?? 45159;
  }

  #nameFault(name: string): 45157 | 45158 | undefined {
    if ([...name].length > MAX_NAME_LENGTH) return 45158;
    return name === '' || this.list().some((tag) => tag.name === name) ? 45157 : undefined;
  }
}
