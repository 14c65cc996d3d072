import type { Account } from '../../../src/accounts/account.js';
import {
  CHANNEL_NAMES,
  type ChannelName,
  type MessageContent,
  type Recipient,
} from '../../../src/wechat/message-channel.js';
import { StaleWrite, WechatRefusal } from '../../../src/wechat/wechat.errors.js';
import { ChannelWorld, eventually } from '../../support/worlds/channel-world.js';
import { ACCEPTED, NO_ANSWER, refusal } from '../../support/wechat/scripted-wechat.js';

const MINIPROGRAM = { appid: 'wx00000000000000ff', pagepath: 'pages/index?x=1' };

interface Case {
  readonly path: string;
  readonly message: MessageContent;
  /** The body without `touser` and what is unlike for each send. */
  readonly wire: object;
  /** WeChat tells none of the retired API. */
  readonly msgid: string | null;
  /** What a row comes to whose answer was lost, once all has been said. */
  readonly afterDrop: 'accepted' | 'unknown';
}

const CASES: Record<ChannelName, Case> = {
  template: {
    path: '/cgi-bin/message/template/send',
    message: {
      fields: { thing1: '活动 "一"', time2: '15:01' },
      url: 'https://example.com/?a=1&b=2',
      miniprogram: MINIPROGRAM,
    },
    wire: {
      template_id: 'the-template',
      url: 'https://example.com/?a=1&b=2',
      miniprogram: MINIPROGRAM,
      data: { thing1: { value: '活动 "一"' }, time2: { value: '15:01' } },
    },
    msgid: '3487542469355618313',
    afterDrop: 'accepted',
  },
  subscribe: {
    path: '/cgi-bin/message/subscribe/send',
    message: {
      fields: { thing1: '活动' },
      page: 'pages/course?id=7',
      miniprogramState: 'trial',
      lang: 'zh_TW',
    },
    wire: {
      template_id: 'the-template',
      page: 'pages/course?id=7',
      miniprogram_state: 'trial',
      lang: 'zh_TW',
      data: { thing1: { value: '活动' } },
    },
    msgid: '3487542469355618313',
    afterDrop: 'unknown',
  },
  bizsend: {
    path: '/cgi-bin/message/subscribe/bizsend',
    message: { fields: { thing1: '活动' }, page: 'https://example.com', miniprogram: MINIPROGRAM },
    wire: {
      template_id: 'the-template',
      page: 'https://example.com',
      miniprogram: MINIPROGRAM,
      data: { thing1: { value: '活动' } },
    },
    msgid: '3487542469355618313',
    afterDrop: 'unknown',
  },
  'one-time': {
    path: '/cgi-bin/message/template/subscribe',
    message: {
      fields: { content: '您的课程明天开始' },
      url: 'https://example.com',
      scene: '1000',
      title: '开课',
    },
    wire: {
      template_id: 'the-template',
      url: 'https://example.com',
      scene: '1000',
      title: '开课',
      data: { content: { value: '您的课程明天开始' } },
    },
    msgid: '3487542469355618313',
    afterDrop: 'unknown',
  },
  'wxopen-template': {
    path: '/cgi-bin/message/wxopen/template/send',
    message: { fields: { keyword1: '活动' }, page: 'index', emphasisKeyword: 'keyword1' },
    wire: {
      template_id: 'the-template',
      page: 'index',
      data: { keyword1: { value: '活动' } },
      emphasis_keyword: 'keyword1.DATA',
    },
    msgid: null,
    afterDrop: 'accepted',
  },
};

describe.each(CHANNEL_NAMES)('the channel %s', (name) => {
  const { path, message, wire, msgid, afterDrop } = CASES[name];
  let world: ChannelWorld;
  let account: Account;
  let people = 0;
  beforeAll(async () => {
    world = await ChannelWorld.open();
    account = await world.account(world.channel(name).accountKind);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.wechat.sends.length = 0;
    world.wechat.answer = () => ACCEPTED;
  });

  const channel = () => world.channel(name);
  /** A new person who can be sent to. */
  async function somebody(): Promise<string> {
    const openid = `o${name}-${++people}`;
    await world.holdsFormIds(account.id, openid, [`form-of-${openid}`, `other-of-${openid}`]);
    return openid;
  }
  const send = (openid: string, more: Partial<Recipient> = {}) =>
    channel().send(account, channel().prepare('the-template', message), {
      openid,
      broadcastId: `01a1fea8-684e-754a-8447-${String(people).padStart(12, '0')}`,
      clientMsgId: 'c'.repeat(32),
      inDoubt: false,
      vars: null,
      mayWrite: () => true,
      ...more,
    });

  it(`the channel ${name} goes by its own name, and takes what its message has`, () => {
    expect(channel().name).toBe(name);
    const beside = Object.keys(message).filter((member) => member !== 'fields');
    expect(channel().takes).toEqual(expect.arrayContaining(beside));
  });

  it(`the channel ${name} writes the message as it was prepared`, async () => {
    const openid = await somebody();
    await send(openid);
    expect(world.wechat.sends).toMatchObject([{ path }]);
    const { touser, client_msg_id: id, form_id: formId, ...body } = world.wechat.sends[0]!.body;
    expect(body).toEqual(wire);
    expect(touser).toBe(openid);
    expect(id).toBe(channel().protection === 'client_msg_id' ? 'c'.repeat(32) : undefined);
    expect(formId).toBe(channel().protection === 'form_id' ? `form-of-${openid}` : undefined);
  });

  it(`the channel ${name} leaves out what is unset, and escapes nothing but what JSON demands`, async () => {
    const openid = await somebody();
    const prepared = channel().prepare('the-template', { fields: { thing1: '活动 "一"' } });
    await channel().send(account, prepared, {
      openid,
      broadcastId: '01a1fea8-684e-754a-8447-ffffffffffff',
      clientMsgId: 'c',
      inDoubt: false,
      vars: null,
      mayWrite: () => true,
    });
    const [sent] = world.wechat.sends;
    expect(sent!.text).toContain('"data":{"thing1":{"value":"活动 \\"一\\""}}');
    for (const member of ['url', 'miniprogram', 'page', 'scene', 'title', 'emphasis_keyword'])
      expect(sent!.body).not.toHaveProperty(member);
  });

  it(`the channel ${name} splices in the values of one recipient, and leaves those of the others alone`, async () => {
    const [amy, ben] = [await somebody(), await somebody()];
    await send(amy, { vars: { thing1: '只给她' } });
    await send(ben, { broadcastId: '01a1fea8-684e-754a-8447-eeeeeeeeeeee' });
    const { data } = wire as { data: object };
    expect(world.wechat.to(amy)[0]!.body.data).toEqual({ ...data, thing1: { value: '只给她' } });
    expect(world.wechat.to(ben)[0]!.body.data).toEqual(data);
  });

  it(`the channel ${name} sends nothing once it may not, and can send it later`, async () => {
    const openid = await somebody();
    await expect(send(openid, { mayWrite: () => false })).rejects.toBeInstanceOf(StaleWrite);
    expect(world.wechat.sends).toEqual([]);
    await send(openid);
    expect(world.wechat.to(openid)).toHaveLength(1);
  });

  it(`the channel ${name} hands WeChat’s refusal on, with its code and rid`, async () => {
    world.wechat.answer = () => refusal(40003, 'invalid openid');
    const refused = await send(await somebody()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WechatRefusal);
    expect(refused).toMatchObject({ path, errcode: 40003, rid: '6543-abcd-0001' });
    expect(world.wechat.sends).toHaveLength(1);
  });

  it(`the channel ${name} keeps the msgid beyond 2^53 exactly`, async () => {
    expect(await send(await somebody())).toBe(msgid);
  });

  it(`the channel ${name} accepts without a msgid`, async () => {
    world.wechat.answer = () => '{"errcode":0,"errmsg":"ok"}';
    expect(await send(await somebody())).toBeNull();
  });

  it(`the channel ${name} never mixes up who gets what, however many are on their way`, async () => {
    const openids = await Promise.all(Array.from({ length: 40 }, somebody));
    await Promise.all(
      openids.map((openid, i) =>
        send(openid, {
          vars: { thing1: openid },
          broadcastId: `01a1fea8-684e-754a-8448-${String(i).padStart(12, '0')}`,
        }),
      ),
    );
    const reached = world.wechat.sends.map(({ body }) => String(body.touser));
    expect(reached.toSorted()).toEqual(openids.toSorted());
    for (const { body } of world.wechat.sends) {
      expect(body.data.thing1).toEqual({ value: body.touser });
      if (body.form_id !== undefined) expect(body.form_id).toBe(`form-of-${body.touser}`);
    }
  });

  it(`the channel ${name} leaves a row ${afterDrop} whose message was taken and never answered`, async () => {
    const openid = await somebody();
    world.wechat.answer = ({ body }) => {
      if (world.wechat.to(openid).length === 1) return NO_ANSWER;
      return body.form_id === undefined
        ? ACCEPTED
        : refusal(41029, 'form id used count reach limit');
    };
    const broadcast = await world.broadcast(name, account, message, [openid]);
    const row = await world.settled(broadcast, openid);
    expect(row.state).toBe(afterDrop);
    const sends = world.wechat.to(openid);
    // Whatever protects is the same each time; without it there is no second time.
    expect(sends).toHaveLength(channel().protection === 'none' ? 1 : 2);
    expect(new Set(sends.map(({ text }) => text)).size).toBe(1);
  });

  it(`the channel ${name} ends a broadcast with what WeChat said of each`, async () => {
    const [amy, ben] = [await somebody(), await somebody()];
    world.wechat.answer = ({ body }) => (body.touser === ben ? refusal(40003) : ACCEPTED);
    const broadcast = await world.broadcast(name, account, message, [amy, ben]);
    expect(await world.settled(broadcast, amy)).toMatchObject({ state: 'accepted', msgid });
    expect(await world.settled(broadcast, ben)).toMatchObject({ state: 'refused', errcode: 40003 });
  });

  it(`the channel ${name} holds the broadcast where the page is unknown, and keeps its rows`, async () => {
    const openid = await somebody();
    world.wechat.answer = () => refusal(41030, 'invalid page');
    const broadcast = await world.broadcast(name, account, message, [openid]);
    const hold = await eventually(() =>
      world.db
        .selectFrom('broadcastHold')
        .selectAll()
        .where('broadcastId', '=', broadcast)
        .executeTakeFirst(),
    );
    expect(hold).toMatchObject({ reason: 'problem', errcode: 41030 });
    await eventually(async () =>
      (await world.row(broadcast, openid)).state === 'pending' ? true : undefined,
    );
  });
});
