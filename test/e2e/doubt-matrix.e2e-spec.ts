import pg from 'pg';
import { DOUBT_CASES, type DoubtCase } from './doubt-cases.js';
import { ProductWorld } from '../support/worlds/product-world.js';

/** How long the first answers let us wait: long enough for everything that is to happen meanwhile. */
const FIRST_ANSWER_MS = 3_000;

interface Row {
  readonly openid: string;
  readonly state: string;
  readonly errcode: number | null;
  readonly msgid: string | null;
  readonly attempts: number;
}

/** What a row in doubt waits through before its second try. */
interface Wait {
  /** While the first tries are on their way. */
  readonly begin: (world: ProductWorld, id: string) => Promise<unknown>;
  /** Where the rows lie then. */
  readonly state?: 'pending' | 'queued';
  readonly end?: (world: ProductWorld, id: string) => Promise<unknown>;
}

const verb = (name: string) => (world: ProductWorld, id: string) =>
  world.expect(200, 'POST', `/v1/broadcasts/${id}/${name}`);
const accountVerb = (name: string) => (world: ProductWorld) =>
  world.expect(200, 'POST', `/v1/accounts/${world.appid}/${name}`);

const WAITS: Readonly<Record<string, Wait>> = {
  'is tried again straight away': { begin: () => Promise.resolve() },
  'is paused and resumed': { begin: verb('pause'), state: 'pending', end: verb('resume') },
  'waits while its account is held': {
    begin: accountVerb('hold'),
    state: 'pending',
    end: accountVerb('lift'),
  },
  'lies deep in the queue': {
    begin: (world) => world.sendQueue.pause(),
    state: 'queued',
    end: (world) => world.sendQueue.resume(),
  },
};

describe('an answer that was lost, when the row', () => {
  let world: ProductWorld;
  beforeAll(async () => {
    // Receipts would settle what the answers left open; here the answers have the word.
    world = await ProductWorld.open(
      { name: 'PostgreSQL' },
      { followers: DOUBT_CASES.length * Object.keys(WAITS).length, receipts: { never: 1 } },
    );
    await world.ready();
  });
  afterAll(() => world.close());

  const query = async (text: string): Promise<void> => {
    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  const countsOf = async (id: string) => (await world.show(id)).counts;

  /** The first try ends as the case says, after everything is on its way; the second is answered as it says. */
  function script(openid: string, { first, errcode, times = 1 }: DoubtCase): void {
    const when = { openids: [openid], times: 1 };
    world.fault({ when, fault: { kind: 'delay', ms: FIRST_ANSWER_MS, accepted: true } });
    world.fault({ when, fault: first });
    if (errcode !== undefined)
      world.fault({ when: { ...when, times }, fault: { kind: 'errcode', errcode } });
  }

  /** A minute's rest, a day's quota: nobody waits here for what only time brings. */
  async function letTimePass(id: string): Promise<void> {
    await query('update pace set paused_until = null');
    await query(`
      update delivery set not_before = clock_now() where state = 'pending' and not_before > clock_now()`);
    const { holds } = await world.show(id);
    if (holds.some(({ reason }) => reason === 'quota'))
      await world.expect(200, 'POST', `/v1/accounts/${world.appid}/quota/refresh`);
  }

  it.each(Object.entries(WAITS))(
    'an answer that was lost, when the row %s, ends as WeChat’s next answer allows',
    async (name, { begin, state, end }) => {
      world.wechat.reset();
      world.wechat.clearFaults();
      const offset = Object.keys(WAITS).indexOf(name) * DOUBT_CASES.length;
      const cases = new Map(DOUBT_CASES.map((one, n) => [world.openid(offset + n), one]));
      for (const [openid, one] of cases) script(openid, one);
      await query(`update pace set rate = 1000, paused_until = null`);
      const openids = [...cases.keys()];
      const id = await world.broadcast({ audience: { kind: 'openids', openids } });

      const sends = () => world.wechat.stats(world.appid).sends.total;
      await world.until(async () => sends() === cases.size, 'the first tries');
      await begin(world, id);
      if (state !== undefined) {
        await world.until(
          async () => (await countsOf(id))[state] === cases.size,
          `every row to be ${state}`,
        );
        expect(sends()).toBe(cases.size);
      }
      await end?.(world, id);
      await world.until(async () => {
        if (sends() > cases.size) await letTimePass(id);
        return (await world.show(id)).state === 'finished';
      }, 'the end');

      const unmet = world.wechat.faults.list().filter(({ when, met }) => met !== when?.times);
      expect(unmet).toEqual([]);
      const path = `/v1/broadcasts/${id}/deliveries?limit=200`;
      const rows: Row[] = (await world.expect(200, 'GET', path)).json.items;
      const seen = (openid: string) => world.wechat.ledger({ openid }).items[0];
      const outcomes = rows.map(({ openid, ...row }) => ({
        case: cases.get(openid)!.name,
        state: row.state,
        errcode: row.errcode,
        hasMsgid: row.msgid !== null,
        seen: seen(openid)?.seen ?? 0,
        accepted: seen(openid)?.messages.length ?? 0,
      }));
      const expected = rows.map(({ openid }) => {
        const one = cases.get(openid)!;
        return {
          case: one.name,
          state: one.becomes === 'unknown' ? 'unknown' : 'accepted',
          errcode: one.becomes === 'unknown' ? one.errcode : null,
          hasMsgid: one.becomes === 'accepted',
          seen: Number(one.seen),
          accepted: Number(one.seen),
        };
      });
      expect(outcomes).toEqual(expected);
      expect(rows).toHaveLength(cases.size);
      expect(world.wechat.stats(world.appid).duplicates).toBe(0);
    },
  );

  it.each([0, 44007, 45065])(
    'an answer that was lost ends accepted when WeChat had accepted and answers %i to the second try under the same id',
    async (repeatErrcode) => {
      world.wechat.reset();
      world.wechat.clearFaults();
      world.wechat.putAccount({ appid: world.appid, sending: { repeatErrcode } });
      const openids = [world.openid(0), world.openid(1)];
      world.fault({
        when: { openids: [openids[0]!], times: 1 },
        fault: { kind: 'drop', accepted: true },
      });
      world.fault({
        when: { openids: [openids[1]!], times: 1 },
        fault: { kind: 'errcode', errcode: -1, accepted: true },
      });
      const id = await world.broadcast({ audience: { kind: 'openids', openids } });
      await world.until(async () => (await world.show(id)).state === 'finished', 'the end');

      const { json } = await world.expect(200, 'GET', `/v1/broadcasts/${id}/deliveries`);
      for (const row of json.items as Row[]) {
        const [message] = world.wechat.ledger({ openid: row.openid }).items[0]!.messages;
        const msgid = repeatErrcode === 0 ? message!.msgid : null;
        expect(row).toMatchObject({ state: 'accepted', attempts: 2, msgid });
      }
      expect(world.wechat.stats(world.appid)).toMatchObject({ accepted: 2, duplicates: 0 });
    },
  );
});
