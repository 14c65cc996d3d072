import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import pg from 'pg';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { DeliveryPartitions } from '../../src/broadcast/engine/storage/delivery-partitions.js';
import type { BroadcastTables } from '../../src/broadcast/engine/record/engine.tables.js';
import { Clock } from '../../src/kernel/clock.js';
import { AES_KEY, CALLBACK_TOKEN, CallbackWorld, until } from '../support/worlds/callback-world.js';
import { describeBothQueues } from '../support/stores/redis.js';
import { signedQuery } from '../support/wechat/wechat-push.js';

const worker = join(import.meta.dirname, '../support/worlds/inbox-worker.js');
const DEATHS = 5;

const push = (event: string, openid: string, rest = ''): string =>
  `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[${openid}]]></FromUserName>` +
  `<CreateTime>${Math.floor(Date.now() / 1_000)}</CreateTime><MsgType><![CDATA[event]]></MsgType>` +
  `<Event><![CDATA[${event}]]></Event>${rest}</xml>`;

describeBothQueues('an inbox worker', (backend) => {
  let world: CallbackWorld;
  let db: Kysely<BroadcastTables>;
  let blocker: pg.Client;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    world = await CallbackWorld.open(backend);
    db = world.app.get<Kysely<BroadcastTables>>(Kysely, { strict: false });
    blocker = new pg.Client({ connectionString: world.config.database.url });
    await blocker.connect();
    await new DeliveryPartitions(db, new Clock()).ensure();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await blocker.end();
    await world.close();
  });

  function startWorker(): ChildProcess {
    const { database, queue, secrets } = world.config;
    const variables = {
      ROLES: 'worker',
      PORT: '0',
      DATABASE_URL: database.url,
      REDIS_URL: queue.redisUrl,
      QUEUE_PREFIX: queue.prefix.replaceAll(/[{}]/g, ''),
      WECHAT_API_BASE: 'http://127.0.0.1:9',
      WEICAST_MASTER_KEY: secrets.masterKeys.map((key) => key.toString('base64')).join(','),
      LOG_LEVEL: 'error',
    };
    const child = spawn(process.execPath, [worker], {
      env: variables,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(child);
    return child;
  }

  /** Without its client a statement would still be run to its end, once the tables are free. */
  const forgetTheDead = () =>
    until(async () => {
      const { rows } = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
      return rows.length === 0;
    });

  it(`an inbox worker that is killed ${DEATHS} times over one job loses nothing of it`, async () => {
    const { appid } = await world.account();
    const status = '<Status><![CDATA[failed:user block]]></Status>';
    const bodies = [
      push('TEMPLATESENDJOBFINISH', 'oAmy', `<MsgID>41</MsgID>${status}`),
      push('TEMPLATESENDJOBFINISH', 'oBob', `<MsgID>42</MsgID>${status}`),
      push('subscribe', 'oCleo'),
      push('TEMPLATESENDJOBFINISH', 'oDan', `<MsgID>x</MsgID>${status}`),
    ];
    for (const { body } of await Promise.all(
      bodies.map((pushed) =>
        world.send(world.url(appid, signedQuery(CALLBACK_TOKEN)), { body: pushed }),
      ),
    ))
      expect(body).toBe('success');
    // Where a signature covers what a push says, it suppresses though we know of no such message.
    const safe = { callbackMode: 'safe', encodingAesKey: AES_KEY } as const;
    await world.app.get(AccountsService).update(appid, safe);
    // Each worker comes as far as the database, and no further.
    await blocker.query('begin; lock table receipt, follower, dead_push in access exclusive mode');
    for (let death = 1; death <= DEATHS; death++) {
      const child = startWorker();
      await until(async () => {
        expect(child.exitCode).toBeNull();
        expect(await world.queue.getFailedCount()).toBe(0);
        const { rows } = await sql`
          select from pg_stat_activity where datname = current_database()
            and wait_event_type = 'Lock' and query like '%insert into follower%'`.execute(db);
        return rows.length > 0;
      });
      child.kill('SIGKILL');
      await once(child, 'exit');
      await forgetTheDead();
    }
    await blocker.query('rollback');
    startWorker();
    await until(async () => {
      const counts = await world.queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
      return Object.values(counts).every((count) => count === 0);
    });

    const { rows } = await sql<{ kept: string }>`
      select 'receipt ' || openid || ' ' || msgid as kept from receipt
      union all select 'suppressed ' || openid from suppression
      union all select 'follower ' || openid from follower where subscribed
      union all select 'dead ' || reason from dead_push order by 1`.execute(db);
    expect(rows.map(({ kept }) => kept)).toEqual([
      'dead MsgID is no decimal number below 2^63',
      'follower oCleo',
      'receipt oAmy 41',
      'receipt oBob 42',
      'suppressed oAmy',
      'suppressed oBob',
    ]);
  });
});
