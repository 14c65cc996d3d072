import pg from 'pg';
import { AccountsApiModule, PacingApiModule } from '../../support/worlds/api-modules.js';
import { BroadcastApiWorld } from '../../support/worlds/broadcast-api-world.js';

/** What this process says to the database, whichever pool says it; the look at API keys comes by its own clock. */
class Overheard {
  readonly #texts: string[] = [];
  readonly #clients = pg.Client.prototype as { query: unknown };
  readonly #query = this.#clients.query as (...args: unknown[]) => unknown;

  begin(): void {
    const query = this.#query;
    const texts = this.#texts;
    this.#clients.query = function (this: unknown, ...args: unknown[]): unknown {
      const [said] = args as [string | { text?: string }];
      texts.push(typeof said === 'string' ? said : (said.text ?? ''));
      return Reflect.apply(query, this, args);
    };
  }

  end(): void {
    this.#clients.query = this.#query;
  }

  async during(work: () => Promise<unknown>): Promise<string[]> {
    this.#texts.length = 0;
    await work();
    return this.#texts
      .map(ofAnyLength)
      .filter((text) => /\bfrom\b/.test(text) && !text.includes('"api_key"'));
  }
}

/** However many values it names. */
const ofAnyLength = (text: string): string => text.replaceAll(/ in \([$\d, ]+\)/g, ' in (…)');

describe('a list', () => {
  const overheard = new Overheard();
  let world: BroadcastApiWorld;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open({}, [AccountsApiModule, PacingApiModule]);
    overheard.begin();
  });
  afterAll(async () => {
    overheard.end();
    await world.close();
  });

  const addAccounts = async (howMany: number): Promise<void> => {
    for (let n = 0; n < howMany; n++) {
      const account = await world.account(n % 2 === 0 ? 'service' : 'mini_program');
      await world.broadcast(account, { oA: { state: 'accepted', msgid: '1' } });
    }
  };
  const itemsOf = async (path: string): Promise<unknown[]> => {
    const { status, json, text } = await world.get(path);
    if (status !== 200) throw new Error(text);
    return (json as { items: unknown[] }).items;
  };

  it.each(['/v1/accounts', '/v1/broadcasts'])(
    'a list asks the database as often for many accounts as for one: %s',
    async (path) => {
      await addAccounts(1);
      const few = (await itemsOf(path)).length;
      const forFew = await overheard.during(() => itemsOf(path));
      await addAccounts(9);
      expect((await itemsOf(path)).length).toBe(few + 9);
      const forMany = await overheard.during(() => itemsOf(path));
      expect(forFew.length).toBeGreaterThan(1);
      expect(forMany.toSorted()).toEqual(forFew.toSorted());
    },
  );
});
