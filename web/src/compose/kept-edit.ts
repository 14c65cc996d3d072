import { type DraftMembers, type Edit, isNothing } from './merge';

/** What one person has typed and not saved yet, with what stood there when they began. */
export interface KeptEdit {
  readonly edit: Edit;
  readonly was: Partial<DraftMembers>;
}

const NOTHING: KeptEdit = { edit: {}, was: {} };
const keyOf = (person: string, draft: string): string => `weicast.draft.${person}.${draft}`;

/**
 * Kept in this browser, by person and draft: neither a tab that is closed nor a session that ends loses anything, and
 * another person who logs in here does not get it. Where a browser forbids that, or has no room, only the page itself
 * remembers.
 */
export class EditKeeper {
  readonly #key: string;
  readonly #storage: () => Storage;
  #mine: string | undefined;

  constructor(person: string, draft: string, storage = (): Storage => localStorage) {
    this.#key = keyOf(person, draft);
    this.#storage = storage;
  }

  read(): KeptEdit {
    try {
      this.#mine = this.#storage().getItem(this.#key) ?? undefined;
      return { ...NOTHING, ...(JSON.parse(this.#mine ?? '{}') as Partial<KeptEdit>) };
    } catch {
      return NOTHING;
    }
  }

  /** Of a draft that is none any more. */
  forget(): void {
    this.read();
    this.write(NOTHING);
  }

  /** Nothing to keep takes away what this page has kept, and not what another tab is typing. */
  write(kept: KeptEdit): void {
    try {
      const storage = this.#storage();
      if (!isNothing(kept.edit)) {
        this.#mine = JSON.stringify(kept);
        storage.setItem(this.#key, this.#mine);
      } else if (this.#mine !== undefined) {
        if (storage.getItem(this.#key) === this.#mine) storage.removeItem(this.#key);
        this.#mine = undefined;
      }
    } catch {
      // As said above.
    }
  }
}
