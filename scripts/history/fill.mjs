import { idsOf, timesOf } from '../../dist/broadcast/engine/storage/delivery-month.js';
import { ensurePartition } from '../../dist/broadcast/engine/storage/monthly-partition.js';
import { kyselyOn } from '../../dist/database/dialect.js';
import { ensurePace } from '../../dist/pacing/pace-row.js';
import { copyIn, DELIVERY_COLUMNS, deliveryLine, RECEIPT_COLUMNS, receiptLine } from './copy.mjs';
import { RowFigures } from './figures.mjs';
import { peopleOf } from './people.mjs';
import { planOf } from './plan.mjs';
import { rowsOf } from './rows.mjs';
import { insert, writeBroadcast } from './write.mjs';

/** Indexes of a month are built in one go. */
const MAINTENANCE_MEMORY = '512MB';
const TOLD_EVERY_MS = 5_000;
const HOUR_MS = 3_600_000;

/** @param client a connection to the database, which nobody else uses meanwhile */
export async function fillHistory(client, options, log) {
  const account = await accountOf(client, options.appid);
  if (!options.besideOthers) await refuseBesideOthers(client);
  await client.query(`set maintenance_work_mem = '${MAINTENANCE_MEMORY}'`);
  const filling = {
    client,
    // What is copied is in the transaction that makes the partition: Kysely gets the very connection.
    db: kyselyOn({
      connect: async () => Object.assign(client, { release() {} }),
      end: async () => {},
    }),
    account,
    seed: options.seed,
    template: await templateOf(client, account.id),
    tell: progress(options.rows, log),
  };
  await client.query("select set_config('weicast.clock_offset_ms', '0', false)");
  const broadcasts = planOf({ ...options, now: new Date() });
  const people = peopleOf(broadcasts, await followersOf(client, account.id), options.seed);
  log(`${broadcasts.length} broadcasts to ${people.openids.length} people of ${account.appid}`);
  const ends = [];
  for (const [, ofMonth] of Map.groupBy(broadcasts, ({ month }) => month.suffix))
    ends.push(...(await fillMonth(filling, ofMonth, people)));
  await inTransaction(client, () => writePeople(filling, people, ends));
  await client.query('vacuum (analyze)');
  log('done');
}

/** One month: each of its partitions is filled while it has no index yet, then attached, which builds them. */
async function fillMonth(filling, broadcasts, people) {
  const { client, account, seed, tell } = filling;
  const [{ month }] = broadcasts;
  const figures = new Map();
  const eachRow = function* (line, isWanted) {
    for (const broadcast of broadcasts)
      for (const row of rowsOf(broadcast, people, seed))
        if (isWanted(row)) yield line(broadcast, row);
  };
  const deliveries = eachRow(
    (broadcast, row) => {
      let counted = figures.get(broadcast);
      if (counted === undefined) figures.set(broadcast, (counted = new RowFigures()));
      counted.add(row);
      tell(month.suffix);
      return deliveryLine(broadcast.id, account.id, row);
    },
    () => true,
  );
  await fill(filling, 'delivery', DELIVERY_COLUMNS, deliveries, month, 'with (fillfactor = 60)');
  tell(month.suffix, 'problems and receipts');
  const problems = [...figures].flatMap(([{ id }, { problems: found }]) =>
    found.map(([state, errcode, openid]) => `${id}\t${state}\t${errcode}\t${openid}\n`),
  );
  await fill(
    filling,
    'delivery_problem',
    'broadcast_id, state, errcode, openid',
    problems,
    month,
    '',
  );
  const receipts = eachRow(
    (broadcast, row) => receiptLine(broadcast.id, account.id, row),
    ({ status }) => status !== null,
  );
  await fill(filling, 'receipt', RECEIPT_COLUMNS, receipts, month, '');
  return inTransaction(client, async () => {
    const ends = [];
    for (const [broadcast, counted] of figures)
      ends.push(await writeBroadcast(client, filling, broadcast, counted));
    return ends;
  });
}

/** A partition that is there, as the last month's is, has its indexes already: the rows go in beside them. */
async function fill({ client, db }, parent, columns, lines, month, options) {
  const bounds = parent === 'receipt' ? timesOf(month) : idsOf(month);
  let isFilled = false;
  await ensurePartition(db, parent, month.suffix, bounds, options, async (_tx, partition) => {
    // Rows of a table made in this very transaction can be frozen at once: no vacuum writes them again.
    await copyIn(client, `${partition} (${columns}) from stdin with (freeze)`, lines);
    isFilled = true;
  });
  if (!isFilled) await copyIn(client, `${parent}_${month.suffix} (${columns}) from stdin`, lines);
}

/** Followers, and what else is known of the account once all of this has happened. */
async function writePeople({ client, db, account }, people, ends) {
  const left = function* () {
    for (const [n, openid] of people.openids.entries()) {
      if (!people.isMadeUp(n)) continue;
      const hasLeft = people.hasLeft(n);
      const asOf = new Date(hasLeft ? ends[people.lastOf(n)].endedAt + HOUR_MS : Date.now());
      yield `${account.id}\t${openid}\t${!hasLeft}\t${asOf.toISOString()}\n`;
    }
  };
  await copyIn(client, 'follower (account_id, openid, subscribed, as_of) from stdin', left());
  const following = people.openids.filter((_, n) => !people.hasLeft(n)).length;
  const now = new Date();
  await insert(
    client,
    'follower_sync',
    [
      {
        account_id: account.id,
        walk: 1,
        state: 'done',
        step: 'parting',
        began_at: now,
        as_of: now,
        alive_at: now,
        taken_at: now,
        finished_at: now,
        seen: following,
        skipped: 0,
        total: following,
        confirmed_as_of: now,
        confirmed_total: following,
      },
    ],
    'on conflict do nothing',
  );
  await ensurePace(db, account.id);
  const pushAt = new Date(Math.max(...ends.map(({ lastReceiptAt }) => lastReceiptAt)));
  await insert(
    client,
    'account_callback',
    [{ account_id: account.id, push_at: pushAt }],
    'on conflict (account_id) do update set push_at = greatest(account_callback.push_at, excluded.push_at)',
  );
}

async function accountOf(client, appid) {
  const { rows } = await client.query(
    `select id, appid from account where kind = 'service' and ($1::text is null or appid = $1) order by id limit 2`,
    [appid ?? null],
  );
  if (rows.length === 2) throw new Error('several accounts are on record: --appid must name one');
  if (rows.length === 0)
    throw new Error(
      `${appid ?? 'no service account'} is ${appid === undefined ? '' : 'not '}on record: start the service and add the account first`,
    );
  return rows[0];
}

async function refuseBesideOthers(client) {
  const { rows } = await client.query(
    'select from broadcast union all (select from delivery limit 1) limit 1',
  );
  if (rows.length > 0)
    throw new Error(
      'broadcasts are on record: history is not mixed with what really happened, unless --beside-others says so',
    );
}

/** One of the account's own templates, or one that is made up for an account whose templates were never read. */
async function templateOf(client, accountId) {
  const { rows } = await client.query(
    `select template_id as id, content from template
     where account_id = $1 and family = 'private' and removed_at is null order by template_id limit 1`,
    [accountId],
  );
  const [found] = rows;
  if (found === undefined)
    await insert(client, 'template', [
      {
        account_id: accountId,
        template_id: MADE_UP.id,
        title: '上课提醒',
        content: MADE_UP.content,
        example: '',
        primary_industry: '',
        deputy_industry: '',
        changed_at: new Date(),
        family: 'private',
        enums: {},
      },
    ]);
  const { id, content } = found ?? MADE_UP;
  const fields = [...content.matchAll(/\{\{(\w+)\.DATA\}\}/g)].map(([, field]) => field);
  // Phones show neither since 2023, and whoever fills them is warned.
  return { id, fields: fields.filter((field) => field !== 'first' && field !== 'remark') };
}

const MADE_UP = {
  id: 'history-0000000000000000000000000000000000001',
  content: '课程：{{thing1.DATA}}\n老师：{{thing2.DATA}}',
};

async function followersOf(client, accountId) {
  const { rows } = await client.query(
    'select openid from follower where account_id = $1 and subscribed order by openid',
    [accountId],
  );
  return rows.map(({ openid }) => openid);
}

async function inTransaction(client, work) {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Tells how far it is, every few seconds and before each step. */
function progress(rows, log) {
  const beganAt = performance.now();
  let [done, toldAt] = [0, beganAt];
  return (month, step) => {
    if (step === undefined) done++;
    // The clock is looked at now and then.
    if (step === undefined && (done % 1_000 !== 0 || performance.now() - toldAt < TOLD_EVERY_MS))
      return;
    toldAt = performance.now();
    const perSecond = Math.round(done / ((toldAt - beganAt) / 1_000));
    log(
      `${month}: ${done.toLocaleString('en')} of ${rows.toLocaleString('en')} rows, ` +
        `${step ?? `${perSecond.toLocaleString('en')} a second`}`,
    );
  };
}
