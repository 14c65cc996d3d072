import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Account } from '../../../src/accounts/account.js';
import { InFlightCheck } from '../../../src/broadcast/engine/send/in-flight-check.js';
import { ChannelWorld, eventually } from '../../support/worlds/channel-world.js';
import { ACCEPTED, refusal } from '../../support/wechat/scripted-wechat.js';

const message = { fields: { thing1: '活动' } };

describe('sending subscription messages', () => {
  let world: ChannelWorld;
  let mini: Account;
  let service: Account;
  beforeAll(async () => {
    world = await ChannelWorld.open();
    mini = await world.account('mini_program');
    service = await world.account('service');
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.wechat.sends.length = 0;
    world.wechat.answer = () => ACCEPTED;
  });

  async function grants(account: Account, openid: string, count: number): Promise<void> {
    await sql`
      insert into template_grant (account_id, openid, template_id, count, owed, updated_at)
      values (${account.id}, ${openid}, 'the-template', ${count}, 0, clock_now())`.execute(
      world.db,
    );
  }
  async function grantsLeft(openid: string, count: number): Promise<void> {
    await eventually(async () => {
      const { rows } = await sql<{ count: number }>`
        select count from template_grant where openid = ${openid}`.execute(world.db);
      return rows[0]?.count === count ? true : undefined;
    });
  }

  it.each(['subscribe', 'bizsend'] as const)(
    'sending subscription messages by %s spends one grant each',
    async (channel) => {
      const account = channel === 'subscribe' ? mini : service;
      const openid = `o-spends-${channel}`;
      await grants(account, openid, 3);
      const id = await world.broadcast(channel, account, message, [openid]);
      expect(await world.settled(id, openid)).toMatchObject({ state: 'accepted' });
      await grantsLeft(openid, 2);
    },
  );

  it('sending subscription messages spends no grant with what may not have arrived', async () => {
    await grants(mini, 'o-doubt', 3);
    world.wechat.answer = () => refusal(-1, 'system error');
    const id = await world.broadcast('subscribe', mini, message, ['o-doubt']);
    expect(await world.settled(id, 'o-doubt')).toMatchObject({ state: 'unknown', errcode: -1 });
    await grantsLeft('o-doubt', 3);
    expect(world.wechat.sends).toHaveLength(1);
  });

  it('sending subscription messages believes WeChat that no grant is left', async () => {
    await grants(mini, 'o-none', 3);
    world.wechat.answer = () => refusal(43101, 'user refuse to accept the msg');
    const id = await world.broadcast('subscribe', mini, message, ['o-none']);
    expect(await world.settled(id, 'o-none')).toMatchObject({ state: 'refused', errcode: 43101 });
    await grantsLeft('o-none', 0);
  });

  it('sending subscription messages never has two messages on their way to one person of a mini program', async () => {
    const people = ['o-one', 'o-two', 'o-three'];
    const underWay = new Map<string, number>();
    let most = 0;
    world.wechat.answer = async ({ body }) => {
      const now = (underWay.get(body.touser) ?? 0) + 1;
      underWay.set(body.touser, now);
      most = Math.max(most, now);
      await sleep(150);
      underWay.set(body.touser, now - 1);
      return ACCEPTED;
    };
    const ids = await Promise.all(
      [1, 2, 3].map(() => world.broadcast('subscribe', mini, message, people)),
    );
    for (const id of ids)
      for (const openid of people)
        expect(await world.settled(id, openid)).toMatchObject({ state: 'accepted' });
    expect(most).toBe(1);
    expect(world.wechat.sends).toHaveLength(9);
  });

  it('sending subscription messages gives way to another delivery of the same person alone, and to none that was left behind', async () => {
    const turns = world.part(InFlightCheck);
    const waiting = '01a1fea8-684e-754a-8447-000000000001';
    const account = await world.account('mini_program');
    const alone = (openid: string, broadcastId = waiting, of = account) =>
      turns.isOnlyOne({ accountId: of.id, openid, broadcastId });
    const other = await sql<{ id: string }>`
      insert into broadcast (id, account_id, channel, template_id, message, audience, state, created_at)
      values ('01a1fea8-684e-754a-8447-0000000000aa', ${account.id}, 'subscribe', 't', '{"fields":{}}',
        '{"kind":"all"}', 'draft', clock_now()) returning id`.execute(world.db);
    const id = other.rows[0]!.id;
    await sql`
      insert into delivery (broadcast_id, openid, account_id, state, claimed_at)
      values (${id}, 'o-busy', ${account.id}, 'sending', clock_now()),
        (${id}, 'o-left', ${account.id}, 'sending', clock_now() - interval '31 seconds'),
        (${id}, 'o-done', ${account.id}, 'accepted', clock_now())`.execute(world.db);

    expect(await Promise.all(['o-busy', 'o-left', 'o-done', 'o-new'].map((o) => alone(o)))).toEqual(
      [false, true, true, true],
    );
    expect(await alone('o-busy', id)).toBe(true);
    expect(await alone('o-busy', waiting, mini)).toBe(true);
  });

  it('sending subscription messages waits with who is being sent to elsewhere, by WeChat’s word', async () => {
    world.wechat.answer = () => refusal(43108, 'concurrent sends');
    const id = await world.broadcast('subscribe', mini, message, ['o-elsewhere']);
    const row = await eventually(async () => {
      const found = await world.row(id, 'o-elsewhere');
      return found.errcode === 43108 ? found : undefined;
    });
    expect(row).toMatchObject({ state: 'pending', inDoubtSince: null });
    const waitMs = row.notBefore!.getTime() - row.claimedAt!.getTime();
    expect(waitMs).toBeGreaterThan(40_000);
  });

  it('sending subscription messages holds the broadcast when the template is banned', async () => {
    world.wechat.answer = () => refusal(43107, 'template banned');
    const id = await world.broadcast('subscribe', mini, message, ['o-banned']);
    const hold = await eventually(() =>
      world.db
        .selectFrom('broadcastHold')
        .selectAll()
        .where('broadcastId', '=', id)
        .executeTakeFirst(),
    );
    expect(hold).toMatchObject({ reason: 'problem', errcode: 43107 });
  });
});
