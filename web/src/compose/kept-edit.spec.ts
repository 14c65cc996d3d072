import { EditKeeper } from './kept-edit';

class Storage {
  readonly #items = new Map<string, string>();
  getItem = (key: string): string | null => this.#items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.#items.set(key, value);
  removeItem = (key: string): void => void this.#items.delete(key);
}

describe('what was typed and not saved', () => {
  const kept = { edit: { url: 'x' }, was: { url: null } };
  let storage: Storage;
  const keeper = (person: string, draft = 'd'): EditKeeper =>
    new EditKeeper(person, draft, () => storage as unknown as globalThis.Storage);
  beforeEach(() => {
    storage = new Storage();
  });

  it('what was typed and not saved is there for the same person and draft in another tab, and for nobody else', () => {
    keeper('operator.1').write(kept);
    expect(keeper('operator.1').read()).toEqual(kept);
    expect(keeper('operator.2').read().edit).toEqual({});
    expect(keeper('key.1').read().edit).toEqual({});
    expect(keeper('operator.1', 'e').read().edit).toEqual({});
  });

  it('what was typed and not saved is gone once it is saved', () => {
    const mine = keeper('operator.1');
    mine.write(kept);
    mine.write({ edit: {}, was: {} });
    expect(keeper('operator.1').read().edit).toEqual({});
  });

  it('what was typed and not saved is not taken away by another tab that has saved its own', () => {
    const one = keeper('operator.1');
    one.write(kept);
    const other = keeper('operator.1');
    other.write({ edit: { name: 'y' }, was: {} });
    one.write({ edit: {}, was: {} });
    expect(keeper('operator.1').read().edit).toEqual({ name: 'y' });
  });

  it('what was typed and not saved is nothing where it cannot be read, or a browser forbids storage', () => {
    storage.setItem('weicast.draft.operator.1.d', 'no json');
    expect(keeper('operator.1').read().edit).toEqual({});
    const forbidden = new EditKeeper('operator.1', 'd', () => {
      throw new Error('forbidden');
    });
    forbidden.write(kept);
    expect(forbidden.read().edit).toEqual({});
  });
});
