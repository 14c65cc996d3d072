import { readAudiencePage } from '../../../src/audiences/page/audience-page.js';
import type {
  AudienceOf,
  ResolvedAudience,
} from '../../../src/audiences/record/resolved-audience.js';
import { AudienceData, randomly } from '../../support/worlds/audience-data.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

interface Sums {
  sources: number[];
  duplicates: number;
  excluded: number;
}

describe('pages of an audience', () => {
  let world: EngineWorld;
  let data: AudienceData;
  beforeAll(async () => {
    world = await EngineWorld.open();
    data = await AudienceData.fill(world);
  });
  afterAll(() => world.close());

  /** Walks an audience as workers do that stop after each page. */
  async function walked(
    audience: ResolvedAudience,
    columns: readonly string[],
    limitOf: () => number,
  ): Promise<Sums & { people: [string, unknown][] }> {
    const of: AudienceOf = {
      id: data.listId,
      accountId: world.accountId,
      templateId: 't1',
      audience,
      columns,
    };
    const people: [string, unknown][] = [];
    const sums: Sums = { sources: [], duplicates: 0, excluded: 0 };
    for (let after: string | null = null, pages = 0; pages < 3_000; pages++) {
      const limit = limitOf();
      const page = await world.db
        .transaction()
        .execute((tx) => readAudiencePage(tx, of, after, limit));
      for (const { openid, vars } of page.recipients) {
        expect(openid > (after ?? '') && openid <= page.horizon).toBe(true);
        people.push([openid, vars]);
      }
      const sources = page.sources.reduce((sum, n) => sum + n, 0);
      expect(sources - page.duplicates - page.excluded).toBe(page.recipients.length);
      sums.sources = page.sources.map((n, at) => n + (sums.sources[at] ?? 0));
      sums.duplicates += page.duplicates;
      sums.excluded += page.excluded;
      if (page.done) return { people, ...sums };
      expect(page.horizon > (after ?? '')).toBe(true);
      after = page.horizon;
    }
    throw new Error('the pages have no end');
  }

  it('an audience of any kinds, unions and exclusions is, page by page of whatever size, who a naive set says, with the same values and the same counts', async () => {
    const random = randomly(7);
    for (let round = 0; round < 80; round++) {
      const audience = data.randomAudience(random, 3);
      const columns = ['姓名', '城市', 'thing1'].filter(() => random(2) === 0);
      const size = [1, 2, 5, 23, 1_000][random(5)] as number;
      const found = await walked(audience, columns, () => (size === 23 ? 1 + random(60) : size));
      const expected = data.naive(audience, columns);
      expect({ audience, columns, size, ...found }).toEqual({
        audience,
        columns,
        size,
        ...expected,
      });
    }
  });

  it.each([
    'all',
    'granted',
    'hasFormId',
    'openids',
    'tags',
    'upload',
    'broadcast',
    'remaining',
    'saved',
    'union',
  ])(
    'an audience of kind %s is who a naive set says, in pages of one, of some and of all',
    async (kind) => {
      const random = randomly(kind.length * 31);
      for (let round = 0; round < 4; round++) {
        const audience = data.randomOf(kind as ResolvedAudience['kind'], random, 2);
        for (const size of [1, 7, 1_000]) {
          const found = await walked(audience, ['姓名'], () => size);
          expect({ audience, size, ...found }).toEqual({
            audience,
            size,
            ...data.naive(audience, ['姓名']),
          });
        }
      }
    },
  );

  it('a page that everybody is excluded from yields nobody, and the walk goes on behind it', async () => {
    const of: AudienceOf = {
      id: null,
      accountId: world.accountId,
      templateId: 't1',
      audience: { kind: 'all', exclude: [{ kind: 'all' }] },
    };
    const page = await world.db.transaction().execute((tx) => readAudiencePage(tx, of, null, 10));
    expect(page).toMatchObject({ recipients: [], done: false, sources: [10], excluded: 10 });
    expect(page.horizon).toBe(data.followers[9]);
  });

  it('a list that somebody is on twice has them once', async () => {
    const openids = ['oB', 'oA', 'oB'];
    const { people, sources } = await walked({ kind: 'openids', count: 2, openids }, [], () => 1);
    expect(people).toEqual([
      ['oA', null],
      ['oB', null],
    ]);
    expect(sources).toEqual([2]);
  });
});
