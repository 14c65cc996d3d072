import { sql } from 'kysely';
import type { GrantEvent } from '../../../src/mini-program/grants/grant-events.js';
import { MiniProgramWorld } from '../../support/worlds/mini-program-world.js';

const T = 'template-1';
const now = Math.floor(Date.now() / 1000);

describe('grants', () => {
  let world: MiniProgramWorld;
  beforeAll(async () => {
    world = await MiniProgramWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await sql`truncate template_grant, grant_acceptance, template`.execute(world.db);
  });

  const event = (kind: GrantEvent['kind'], second: number, openid = 'oAmy', templateId = T) => ({
    accountId: world.accountId,
    openid,
    templateId,
    kind,
    at: new Date((now + second) * 1000),
  });
  const accepted = (second: number, openid?: string, templateId?: string): GrantEvent =>
    event('accepted', second, openid, templateId);
  const rejected = (second: number, openid?: string): GrantEvent =>
    event('rejected', second, openid);
  const push = (...events: GrantEvent[]) => world.grantEvents.apply(events);
  const spend = () => world.grants.spent(world.accountId, T, 'oAmy');
  const exhaust = () => world.grants.exhausted(world.accountId, T, 'oAmy');
  const listed = async (openid = 'oAmy') =>
    (await world.grants.list(world.accountId, openid, { limit: 10 })).items;
  const count = async (openid?: string) => (await listed(openid))[0]?.count;

  it('grants count each acceptance once, however often it is pushed', async () => {
    await push(accepted(-30), accepted(-30), accepted(-20), accepted(-10, 'oBob'));
    await push(accepted(-30));
    expect([await count(), await count('oBob')]).toEqual([2, 1]);
  });

  it('grants are counted by template, and listed with it', async () => {
    await push(accepted(-3, 'oAmy', 'b'), accepted(-3, 'oAmy', 'a'), accepted(-2, 'oAmy', 'a'));
    const first = await world.grants.list(world.accountId, 'oAmy', { limit: 1 });
    expect(first).toEqual({
      items: [{ templateId: 'a', count: 2, longTerm: false, updatedAt: expect.any(Date) as Date }],
      next: 'a',
    });
    const rest = await world.grants.list(world.accountId, 'oAmy', { after: 'a', limit: 1 });
    expect(rest).toMatchObject({ items: [{ templateId: 'b', count: 1 }], next: null });
  });

  it('grants end the same in whatever order, batch and repetition their pushes come', async () => {
    const events = [
      accepted(-90),
      accepted(-80),
      rejected(-70),
      accepted(-60),
      accepted(-50),
      rejected(-95),
      accepted(-40),
    ];
    for (let round = 0; round < 25; round++) {
      const openid = `o${round}`;
      const shuffled = [...events, ...events.slice(0, round % 7)]
        .map((each) => ({ key: Math.random(), each: { ...each, openid } }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ each }) => each);
      const cut = Math.floor(Math.random() * shuffled.length);
      await Promise.all([push(...shuffled.slice(0, cut)), push(...shuffled.slice(cut))]);
      expect(await count(openid)).toBe(3);
    }
  });

  it('grants are spent one by one, many in one flush, and never below nothing', async () => {
    await push(accepted(-30), accepted(-20), accepted(-10));
    await Promise.all([spend(), spend()]);
    expect(await count()).toBe(1);
    await Promise.all([spend(), spend()]);
    expect(await count()).toBe(0);
  });

  it('grants that a rejection takes back late are those from before it', async () => {
    await push(accepted(-30), accepted(-20), accepted(-10));
    await spend();
    await push(rejected(-15));
    expect(await count()).toBe(1);
    await push(accepted(-16));
    expect(await count()).toBe(1);
  });

  it('grants pay for a send that was faster than the push', async () => {
    await spend();
    expect(await count()).toBe(0);
    await push(accepted(-5));
    expect(await count()).toBe(0);
    await push(accepted(-4));
    expect(await count()).toBe(1);
  });

  it('grants are put right by WeChat’s refusal, after which only newer acceptances count', async () => {
    await push(accepted(-300), accepted(-200));
    await exhaust();
    expect(await count()).toBe(0);
    await push(accepted(-100));
    expect(await count()).toBe(0);
    await push(accepted(30)); // of a moment that no slow run has passed
    expect(await count()).toBe(1);
  });

  it('grants that last are not counted down, until they are rejected or WeChat says that they ended', async () => {
    await sql`
      insert into template (account_id, template_id, title, content, example, primary_industry,
        deputy_industry, changed_at, family, grant_kind)
      values (${world.accountId}, ${T}, '', '', '', '', '', clock_now(), 'subscription', 'long_term')`.execute(
      world.db,
    );
    await push(accepted(-300));
    await Promise.all([spend(), spend(), spend()]);
    expect(await listed()).toMatchObject([{ count: 1, longTerm: true }]);
    await push(rejected(-200));
    expect(await count()).toBe(0);
    await push(accepted(-100));
    await exhaust();
    expect(await count()).toBe(0);
  });

  it('grants are kept from a push of the future, which shuts out nothing', async () => {
    await push(rejected(6 * 24 * 3600));
    await push(accepted(120));
    expect(await count()).toBe(1);
  });

  it('grants are forgotten a month after they were used up', async () => {
    await push(accepted(-300), accepted(-200, 'oBob'));
    await spend();
    await sql`update template_grant set updated_at = updated_at - interval '31 days'`.execute(
      world.db,
    );
    await sql`update grant_acceptance set at = at - interval '31 days' where openid = 'oAmy'`.execute(
      world.db,
    );
    expect(await world.grantRows.deleteSpent()).toBe(1);
    expect(await world.grantRows.deleteOldAcceptances()).toBe(1);
    expect([await count(), await count('oBob')]).toEqual([undefined, 1]);
  });
});
