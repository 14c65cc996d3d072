import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { AccountsApiModule } from '../../support/worlds/api-modules.js';
import { CallbackSilence } from '../../../src/accounts/callback-silence.js';
import { AcceptanceNotes } from '../../../src/broadcast/engine/send/acceptance-notes.js';
import { ChannelWorld } from '../../support/worlds/channel-world.js';
import { until } from '../../support/stores/redis-process.js';
import { ACCEPTED, refusal } from '../../support/wechat/scripted-wechat.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

interface Told {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly zh: string;
  readonly en: string;
}

/** Minutes ago. */
type Ago = number;

describe('pushes that came, and stop while WeChat takes messages', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  beforeAll(async () => {
    world = await BroadcastApiWorld.open({}, [AccountsApiModule]);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
    await world.inSafeMode(account);
    await sql`insert into role_seen (role, seen_at) values ('callback', clock_now() + interval '1 hour')
      on conflict do nothing`.execute(world.db);
    await sql`insert into worker_process (id, slots, seen_at)
      values ('w', 1, clock_now() + interval '1 hour') on conflict do nothing`.execute(world.db);
  });

  const at = (minutes: Ago) => new Date(Date.now() - minutes * 60_000);
  const pushed = (minutes: Ago) =>
    sql`insert into account_callback (account_id, push_at) values (${account.id}, ${at(minutes)})
      on conflict (account_id) do update set push_at = excluded.push_at`.execute(world.db);
  const accepted = (count: number, minutes: Ago) =>
    world.api.app
      .get(CallbackSilence, { strict: false })
      .accepted([{ accountId: account.id, count, lastAt: at(minutes) }]);
  const fault = async (): Promise<Told | null> => {
    const { json } = await world.get(`/v1/accounts/${account.appid}`);
    return (json as { health: { callback: { fault: Told | null } } }).health.callback.fault;
  };
  const broadcastOf = async (minutes: Ago): Promise<string> => {
    const id = await world.broadcast(account, { oA: { state: 'accepted' } });
    await sql`update broadcast set started_at = ${at(minutes)} where id = ${id}`.execute(world.db);
    return id;
  };
  const warned = async (id: string): Promise<Told[]> =>
    ((await world.get(`/v1/broadcasts/${id}`)).json as { warnings: Told[] }).warnings;

  it('pushes that came, and stop while WeChat takes messages, are told of the account and of the broadcast, in both languages, with what was seen', async () => {
    const id = await broadcastOf(40);
    await pushed(20);
    await accepted(40, 19);
    await accepted(60, 15);
    await accepted(1, 1);
    const told = await fault();
    expect(told).toMatchObject({
      code: 'callback_stopped',
      params: { messages: 101 },
      zh: expect.stringMatching(/没有再收到任何推送.*至少 101 条.*URL.*令牌/) as string,
      en: expect.stringMatching(
        /No push has come since .*101 messages.*URL.*Token and mode/,
      ) as string,
    });
    expect(await warned(id)).toEqual([expect.objectContaining({ ...told })]);
  });

  it('pushes that came, and stop while WeChat takes messages, are no longer told once one comes again, nor of a broadcast that was over by then', async () => {
    const before = await broadcastOf(60);
    await sql`update broadcast set state = 'finished', ended_at = ${at(50)} where id = ${before}`.execute(
      world.db,
    );
    const id = await broadcastOf(40);
    await pushed(20);
    await accepted(100, 15);
    expect((await warned(id)).map(({ code }) => code)).toEqual(['callback_stopped']);
    expect(await warned(before)).toEqual([]);
    await pushed(0);
    expect(await fault()).toBeNull();
    expect(await warned(id)).toEqual([]);
  });

  it('pushes that came, and stop while WeChat takes messages, are told as refused where pushes are refused since', async () => {
    await pushed(20);
    await accepted(100, 15);
    await sql`update account_callback set refused_at = clock_now(), refused_why = 'key'
      where account_id = ${account.id}`.execute(world.db);
    expect((await fault())?.code).toBe('callback_key');
  });

  it('pushes that came, and stop while WeChat takes messages, are told where single messages alone are sent, and no push has ever come', async () => {
    await accepted(5, 15);
    expect((await fault())?.code).toBe('callback_silent');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['receipts still have time', () => accepted(100, 5)],
    ['a few messages are no proof', () => accepted(4, 15)],
    ['the clocks of two machines are apart', () => accepted(100, 19.9)],
    ['nothing was sent since', () => Promise.resolve()],
  ])(
    'pushes that came, and stop while WeChat takes messages, are not told while %s',
    async (_, act) => {
      await pushed(20);
      await act();
      expect(await fault()).toBeNull();
    },
  );

  it('pushes that came, and stop while WeChat takes messages, are not told when an account was quiet for days, until its next messages have waited long enough', async () => {
    await accepted(100, 3 * 24 * 60);
    await pushed(3 * 24 * 60);
    await accepted(100, 1);
    expect(await fault()).toBeNull();
    await sql`update account_callback set unheard_since = clock_now() - interval '11 minutes'
      where account_id = ${account.id}`.execute(world.db);
    expect(await fault()).toMatchObject({ code: 'callback_stopped', params: { messages: 100 } });
  });

  it('pushes that came, and stop while WeChat takes messages, are missed by messages whose count could not be written at first', async () => {
    await pushed(40);
    const notes = new AcceptanceNotes(world.api.app.get(CallbackSilence, { strict: false }));
    for (let i = 0; i < 3; i++) notes.accepted(account.id, at(30));
    await sql`alter table account_callback rename to account_callback_away`.execute(world.db);
    await expect(notes.run()).rejects.toThrow('account_callback');
    await sql`alter table account_callback_away rename to account_callback`.execute(world.db);
    for (let i = 0; i < 3; i++) notes.accepted(account.id, at(30));
    await notes.run();

    expect(await fault()).toMatchObject({ params: { messages: 6 } });
  });

  it('pushes that came, and stop while WeChat takes messages, are counted from anew after each push', async () => {
    await pushed(40);
    await accepted(100, 35);
    await pushed(30);
    await accepted(7, 25);
    expect(await fault()).toMatchObject({ params: { messages: 7 } });
    await pushed(24.9);
    await accepted(3, 24.8);
    expect(await fault()).toBeNull();
  });
});

describe('messages that WeChat takes', () => {
  it('messages that WeChat takes are counted of each account, and those that it refuses are not', async () => {
    const world = await ChannelWorld.open();
    let told = 0;
    try {
      const account = await world.account('service');
      const other = await world.account('service');
      world.wechat.answer = ({ body }) =>
        body.touser === 'oC' ? refusal(43004) : ACCEPTED.replace('318313', String(++told));
      const id = await world.broadcast('template', account, { fields: {} }, ['oA', 'oB', 'oC']);
      for (const openid of ['oA', 'oB', 'oC']) await world.settled(id, openid);
      await world.settled(await world.broadcast('template', other, { fields: {} }, ['oA']), 'oA');

      // The outcome is on record a moment before it is counted.
      await until('all to be counted', async () => {
        await world.part(AcceptanceNotes).run();
        const { rows } =
          await sql`select account_id, unheard_messages, unheard_since is not null as since
          from account_callback order by 1`.execute(world.db);
        return isDeepStrictEqual(
          rows.map((row) => ({ ...(row as object) })),
          [
            { accountId: account.id, unheardMessages: 2, since: true },
            { accountId: other.id, unheardMessages: 1, since: true },
          ],
        );
      });
    } finally {
      await world.close();
    }
  });
});
