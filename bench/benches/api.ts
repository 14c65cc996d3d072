import type { Bench, Figures } from '../bench.js';
import { percentileOf, spreadOf } from '../support/spread.js';
import type { Service } from '../support/service.js';
import type { PostgresServer } from '../support/postgres-server.js';

const CALLS = 50;
/** One delivery in so many was refused. */
const REFUSED_EVERY = 100;
/** Broadcasts in the history of the openid that is looked up. */
const HISTORY_LENGTH = 20;
const PAGE_SIZE = 50;
const CHUNK_ROWS = 1_000_000;

export const api: Bench = {
  name: 'api',
  about: 'what operators look at, with a broadcast of so many rows made by SQL',
  async run(testbed, { full, rounds, size }) {
    const rows = size ?? (full ? 10_000_000 : 500_000);
    const [wechat, postgres] = [await testbed.wechat(), await testbed.postgres()];
    return testbed.withService({ processes: [['api', 'worker']] }, async (service) => {
      const account = await wechat.createAccount(1, 0);
      await service.addAccount(account);
      const id = await service.startBroadcast(account, { draft: true });
      const others: string[] = [];
      for (let n = 1; n < HISTORY_LENGTH; n++)
        others.push(await service.startBroadcast(account, { draft: true }));
      testbed.log(`${rows} rows by SQL`);
      await insertRows(postgres, service.databaseUrl, id, others, rows);
      const paths = pathsOf(id, account.appid, rows);
      const figures: Record<string, Figures> = {};
      for (const [name, address] of Object.entries(paths))
        figures[name] = await measureCalls(service, address, rounds);
      return { [`${rows} rows`]: figures };
    });
  },
};

/** The pages that are read, by name. */
function pathsOf(id: string, appid: string, rows: number) {
  const path = `/v1/broadcasts/${id}`;
  const deliveries = `${path}/deliveries?limit=${PAGE_SIZE}`;
  const refused = `${deliveries}&state=refused`;
  const followers = `/v1/accounts/${appid}/followers?limit=${PAGE_SIZE}`;
  const deep = openidOf(Math.floor((rows * 0.9) / REFUSED_EVERY) * REFUSED_EVERY);
  const person = openidOf(REFUSED_EVERY);
  return {
    broadcast: path,
    failedFirstPage: refused,
    failedDeepPage: `${refused}&after=refused.43004.${deep}`,
    byErrcode: `${deliveries}&errcode=43004`,
    deliveredFirstPage: `${deliveries}&state=delivered`,
    anyDeepPage: `${deliveries}&after=${deep}`,
    openidHistory: `/v1/accounts/${appid}/followers/${person}/deliveries`,
    person: `/v1/openids/${person}`,
    errors: `${path}/errors`,
    series: `${path}/series`,
    why: `${path}/why`,
    timeline: `${path}/timeline`,
    broadcasts: `/v1/broadcasts?expand=settings,errors,can&limit=${PAGE_SIZE}`,
    broadcastsByName: `/v1/broadcasts?appid=${appid}&name=bench&limit=${PAGE_SIZE}`,
    overview: '/v1/overview',
    followers,
    followersDeepPage: `${followers}&after=${deep}`,
  };
}

const openidOf = (n: number): string => `oBench${String(n).padStart(22, '0')}`;

/** What `slowestPageMsAt10000000` looks at. */
export const PAGES = Object.keys(pathsOf('', '', 0));

/** Deliveries of a finished broadcast, some of them refused, one openid with a history, and everybody as a follower. */
async function insertRows(
  postgres: PostgresServer,
  url: string,
  id: string,
  others: readonly string[],
  rows: number,
): Promise<void> {
  const query = (text: string, values: unknown[]) => postgres.query(url, text, values);
  const isRefused = `n % ${REFUSED_EVERY} = 0`;
  const openid = `'oBench' || lpad(n::text, 22, '0')`;
  for (let from = 1; from <= rows; from += CHUNK_ROWS)
    await query(
      `insert into delivery (broadcast_id, openid, account_id, state, attempts, nudge, msgid, errcode,
         queued_at, claimed_at, settled_at, receipt_at)
       select b.id, ${openid}, b.account_id,
         (case when ${isRefused} then 'refused' else 'delivered' end)::delivery_state, 1, 1,
         case when ${isRefused} then null else 3487542469355000000 + n end,
         case when ${isRefused} then 43004 end, now(), now(), now(),
         case when ${isRefused} then null else now() end
       from broadcast b cross join generate_series($2::bigint, $3::bigint) as n where b.id = $1`,
      [id, from, Math.min(rows, from + CHUNK_ROWS - 1)],
    );
  for (let from = 1; from <= rows; from += CHUNK_ROWS)
    await query(
      `insert into follower (account_id, openid, subscribed, as_of)
       select b.account_id, ${openid}, true, now()
       from broadcast b cross join generate_series($2::bigint, $3::bigint) as n where b.id = $1
       on conflict do nothing`,
      [id, from, Math.min(rows, from + CHUNK_ROWS - 1)],
    );
  await query(
    `insert into delivery_problem (broadcast_id, state, errcode, openid)
     select $1::uuid, 'refused', 43004, ${openid} from generate_series(1, $2::bigint) as n where ${isRefused}`,
    [id, rows],
  );
  await query(
    `insert into delivery (broadcast_id, openid, account_id, state)
     select id, $2, account_id, 'delivered' from broadcast where id = any ($1::uuid[])`,
    [others, openidOf(REFUSED_EVERY)],
  );
  await query(
    `insert into broadcast_counter (broadcast_id, lane, delivered, refused) values ($1, 'bench', $2, $3)`,
    [id, rows - Math.floor(rows / REFUSED_EVERY), Math.floor(rows / REFUSED_EVERY)],
  );
  await query(
    `update broadcast set state = 'finished', started_at = now(), expanded_at = now(), ended_at = now(),
       closed_at = now(), receipts_closed_at = now() where id = $1`,
    [id],
  );
  await query('analyze', []);
}

async function measureCalls(service: Service, path: string, rounds: number): Promise<Figures> {
  await service.get(path);
  const medians: number[] = [];
  const tails: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const took: number[] = [];
    for (let call = 0; call < CALLS; call++) {
      const beganAt = performance.now();
      await service.get(path);
      took.push(performance.now() - beganAt);
    }
    medians.push(percentileOf(took, 0.5));
    tails.push(percentileOf(took, 0.99));
  }
  return { medianMs: spreadOf(medians), p99Ms: spreadOf(tails) };
}
