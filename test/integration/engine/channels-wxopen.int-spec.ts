import { sql } from 'kysely';
import type { Account } from '../../../src/accounts/account.js';
import type { Recipient } from '../../../src/wechat/message-channel.js';
import {
  NothingToSendWith,
  UnprotectedDoubt,
  WechatRefusal,
  WechatUnreachable,
} from '../../../src/wechat/wechat.errors.js';
import { ChannelWorld, eventually } from '../../support/worlds/channel-world.js';
import { ACCEPTED, NO_ANSWER, refusal } from '../../support/wechat/scripted-wechat.js';

const message = { fields: { keyword1: '活动' } };
const DELIVERY = '01a1fea8-684e-754a-8447-000000000001';

describe('a template message of a mini program', () => {
  let world: ChannelWorld;
  let account: Account;
  let openid: string;
  let people = 0;
  beforeAll(async () => {
    world = await ChannelWorld.open();
    account = await world.account('mini_program');
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.wechat.sends.length = 0;
    world.wechat.answer = () => ACCEPTED;
    openid = `o${++people}`;
  });

  const holds = (formIds: string[], kind: 'form' | 'prepay' = 'form') =>
    world.holdsFormIds(
      account.id,
      openid,
      formIds.map((formId) => `${openid}-${formId}`),
      kind,
    );
  /** States by form_id, a prepay with three. */
  const pool = async () =>
    Object.fromEntries(
      Object.entries(await world.formIds(openid)).map(([formId, states]) => [
        formId.replace(`${openid}-`, ''),
        states.join(' '),
      ]),
    );
  const sentWith = () =>
    world.wechat.sends.map(({ body }) => String(body.form_id).replace(`${openid}-`, ''));
  const send = (more: Partial<Recipient> = {}) => {
    const channel = world.channel('wxopen-template');
    return channel.send(account, channel.prepare('t', message), {
      openid,
      broadcastId: DELIVERY,
      clientMsgId: '',
      inDoubt: false,
      vars: null,
      mayWrite: () => true,
      ...more,
    });
  };
  const failure = (more: Partial<Recipient> = {}) =>
    send(more).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('a template message of a mini program uses up the oldest form_id', async () => {
    await holds(['first', 'second']);
    await send();
    expect(sentWith()).toEqual(['first']);
    expect(await pool()).toEqual({ first: 'spent', second: 'live' });
  });

  it.each([41028, 41029])(
    'a template message of a mini program goes on to the next form_id after %i',
    async (errcode) => {
      await holds(['bad', 'good']);
      world.wechat.answer = ({ body }) =>
        String(body.form_id).endsWith('bad') ? refusal(errcode) : ACCEPTED;
      await send();
      expect(sentWith()).toEqual(['bad', 'good']);
      expect(await pool()).toEqual({ bad: 'dropped', good: 'spent' });
    },
  );

  it('a template message of a mini program gives the recipient up after five form_ids, with what WeChat said last', async () => {
    await holds(['1', '2', '3', '4', '5', '6']);
    world.wechat.answer = () => refusal(sentWith().length === 5 ? 41029 : 41028);
    expect(await failure()).toMatchObject({ errcode: 41029 });
    expect(sentWith()).toEqual(['1', '2', '3', '4', '5']);
    expect(await pool()).toMatchObject({ 5: 'dropped', 6: 'live' });
  });

  it('a template message of a mini program sends nothing to who has no form_id, nor once the last is refused', async () => {
    expect(await failure()).toBeInstanceOf(NothingToSendWith);
    expect(world.wechat.sends).toEqual([]);

    await holds(['bad']);
    world.wechat.answer = () => refusal(41028);
    expect(await failure()).toBeInstanceOf(NothingToSendWith);
    expect(sentWith()).toEqual(['bad']);
  });

  it('a template message of a mini program gives a form_id back that the refusal is not about', async () => {
    await holds(['good']);
    world.wechat.answer = () => refusal(45103, 'This API has been unsupported');
    expect(await failure()).toBeInstanceOf(WechatRefusal);
    expect(await pool()).toEqual({ good: 'live' });
  });

  it('a template message of a mini program drops a form_id that is blocked, and with it the recipient', async () => {
    await holds(['blocked', 'good']);
    world.wechat.answer = () => refusal(41031);
    expect(await failure()).toMatchObject({ errcode: 41031 });
    expect(await pool()).toEqual({ blocked: 'dropped', good: 'live' });
  });

  describe('in doubt', () => {
    /** The answer to the first attempt is lost. */
    async function loseAnswer(): Promise<unknown> {
      world.wechat.answer = () => NO_ANSWER;
      const lost = await failure();
      world.wechat.sends.length = 0;
      return lost;
    }

    it('a template message of a mini program in doubt asks again with the same form_id: used up means accepted', async () => {
      await holds(['first', 'second']);
      expect(await loseAnswer()).toBeInstanceOf(WechatUnreachable);
      world.wechat.answer = () => refusal(41029);
      expect(await send({ inDoubt: true })).toBeNull();
      expect(sentWith()).toEqual(['first']);
      expect(await pool()).toEqual({ first: 'spent', second: 'live' });
    });

    it('a template message of a mini program in doubt takes no other form_id when WeChat refuses the same one', async () => {
      await holds(['first', 'second']);
      await loseAnswer();
      world.wechat.answer = () => refusal(41028);
      expect(await failure({ inDoubt: true })).toMatchObject({ errcode: 41028 });
      expect(sentWith()).toEqual(['first']);
      expect(await pool()).toMatchObject({ second: 'live' });
    });

    it('a template message of a mini program in doubt keeps its form_id through a refusal of the second attempt', async () => {
      await holds(['first']);
      await loseAnswer();
      world.wechat.answer = () => refusal(40003);
      expect(await failure({ inDoubt: true })).toMatchObject({ errcode: 40003 });
      expect(await pool()).toEqual({ first: 'held' });
    });

    it('a template message of a mini program in doubt is not sent with another form_id when the one it was sent with is gone', async () => {
      await holds(['first', 'second']);
      await loseAnswer();
      await sql`delete from form_id where form_id = ${`${openid}-first`}`.execute(world.db);
      expect(await failure({ inDoubt: true })).toBeInstanceOf(UnprotectedDoubt);
      expect(world.wechat.sends).toEqual([]);
      expect(await pool()).toEqual({ second: 'live' });
    });

    it('a template message of a mini program in doubt is not sent once more when WeChat is known to have accepted', async () => {
      await holds(['first', 'second']);
      await send();
      world.wechat.sends.length = 0;
      expect(await send({ inDoubt: true })).toBeNull();
      expect(world.wechat.sends).toEqual([]);
      expect(await pool()).toEqual({ first: 'spent', second: 'live' });
    });
  });

  describe('with a prepay_id', () => {
    it('a template message of a mini program with a prepay_id sends three times', async () => {
      await holds(['paid'], 'prepay');
      for (let nth = 1; nth <= 3; nth++)
        await send({ broadcastId: `01a1fea8-684e-754a-8447-00000000001${nth}` });
      expect(sentWith()).toEqual(['paid', 'paid', 'paid']);
      expect(await failure({ broadcastId: '01a1fea8-684e-754a-8447-000000000014' })).toBeInstanceOf(
        NothingToSendWith,
      );
    });

    it.each([
      ['no answer', NO_ANSWER],
      ['the answer that WeChat is busy', refusal(-1, 'system error')],
    ])(
      'a template message of a mini program with a prepay_id is never tried again after %s: nothing would keep a second copy from the phone',
      async (_, answer) => {
        await holds(['paid'], 'prepay');
        world.wechat.answer = () => answer;
        expect(await failure()).toBeInstanceOf(UnprotectedDoubt);
        expect(await failure({ inDoubt: true })).toBeInstanceOf(UnprotectedDoubt);
        expect(sentWith()).toEqual(['paid']);
      },
    );

    it('a template message of a mini program with a prepay_id may be tried again when nothing was sent', async () => {
      await holds(['paid'], 'prepay');
      await failure({ mayWrite: () => false });
      await send();
      expect(sentWith()).toEqual(['paid']);
    });

    it('a template message of a mini program with a prepay_id ends unknown, and takes no second try', async () => {
      await holds(['paid'], 'prepay');
      world.wechat.answer = () => NO_ANSWER;
      const id = await world.broadcast('wxopen-template', account, message, [openid]);
      expect(await world.settled(id, openid)).toMatchObject({ state: 'unknown', attempts: 1 });
      expect(sentWith()).toEqual(['paid']);
    });
  });

  it('a template message of a mini program skips in a broadcast who has no form_id, and counts them', async () => {
    const id = await world.broadcast('wxopen-template', account, message, [openid]);
    expect(await world.settled(id, openid)).toMatchObject({
      state: 'skipped',
      detail: 'no_form_id',
      inDoubtSince: null,
    });
    const tallies = await world.db
      .selectFrom('broadcastTally')
      .select(['what', 'count'])
      .where('broadcastId', '=', id)
      .execute();
    expect(tallies).toEqual([{ what: 'skipped:no_form_id', count: '1' }]);
  });

  it('a template message of a mini program stops the whole broadcast when WeChat says that the API is no more', async () => {
    await holds(['good']);
    world.wechat.answer = () => refusal(45103, 'This API has been unsupported');
    const id = await world.broadcast('wxopen-template', account, message, [openid]);
    const hold = await eventually(() =>
      world.db
        .selectFrom('broadcastHold')
        .selectAll()
        .where('broadcastId', '=', id)
        .executeTakeFirst(),
    );
    expect(hold).toMatchObject({
      reason: 'problem',
      errcode: 45103,
      detail: expect.stringContaining('unsupported') as string,
    });
    expect(await pool()).toEqual({ good: 'live' });
  });
});
