import { request } from 'undici';
import type { AccountPatch } from '../../src/simulator/settings/account-settings.js';
import { Simulator } from '../../src/simulator/simulator.js';
import { PushTarget } from '../support/wechat/push-target.js';

/** 40252, as its users tell of it. */
describe('the review of the pretended WeChat', () => {
  let simulator: Simulator;
  let callback: PushTarget;
  const start = async (reviews: AccountPatch['reviews']): Promise<void> => {
    callback = await PushTarget.listen();
    simulator = await Simulator.start({
      callback: { url: callback.url, token: 'callbacktoken' },
      receipts: { delayMinMs: 0, delayMaxMs: 0 },
      reviews: { share: 1, delayMinMs: 0, delayMaxMs: 20, ...reviews },
    });
  };
  afterEach(async () => {
    await simulator.close();
    callback.close();
  });

  const template = () => simulator.account().templates.byTitle('课程开课提醒');
  async function post(path: string, body: object): Promise<string> {
    const { value } = simulator.tokens.issueStable(simulator.account());
    const answer = await request(`${simulator.url}${path}?access_token=${value}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return answer.body.text();
  }
  const send = (clientMsgId = 'a', follower = 0) =>
    post('/cgi-bin/message/template/send', {
      touser: simulator.account().openid(follower),
      template_id: template().templateId,
      data: { keyword1: { value: '张三' } },
      client_msg_id: clientMsgId,
    });
  const listed = async (largestId = 0, limit = 100) =>
    JSON.parse(
      await post('/wxa/sec/queryblocktmplmsg', {
        tmpl_msg_id: template().templateId,
        largest_id: largestId,
        limit,
      }),
    );
  const decided = async (): Promise<void> => {
    while (simulator.reviews().some(({ state }) => state === 'waiting'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await simulator.account().pushes.whenIdle();
  };
  const messages = () => simulator.ledger().items.flatMap((item) => item.messages);

  it('the review of the pretended WeChat takes a message, and sends it by itself with a receipt whose msgid it never told', async () => {
    await start({});
    const answer = await send();
    expect(JSON.parse(answer)).toMatchObject({ errcode: 40252 });
    expect(answer).not.toContain('msgid');
    await decided();
    expect(messages()).toMatchObject([{ status: 'success', receiptsAnswered: 1 }]);
    expect(simulator.stats().reviews).toMatchObject({ taken: 1, passed: 1 });
  });

  it('the review of the pretended WeChat tells the msgid beside 40252 where it is asked to', async () => {
    await start({ told: 1 });
    const answer = await send();
    await decided();
    expect(answer).toMatch(new RegExp(`"errcode":40252,.*"msgid":${messages()[0]?.msgid}}$`));
    expect(messages()).toMatchObject([{ receiptsAnswered: 1 }]);
  });

  it('the review of the pretended WeChat passes without a receipt where it is asked to', async () => {
    await start({ silent: 1 });
    await send();
    await decided();
    expect(messages()).toMatchObject([{ status: 'success', receiptsAnswered: 0 }]);
  });

  it('the review of the pretended WeChat refuses without a word, and lists it, page by page', async () => {
    await start({ refused: 1 });
    for (const [n, id] of ['a', 'b', 'c'].entries()) await send(id, n);
    await decided();
    expect(messages()).toEqual([]);
    const { msginfo } = await listed(0, 2);
    expect(msginfo).toMatchObject([{ id: 1 }, { id: 2, tmpl_msg_id: template().templateId }]);
    expect(msginfo[0].content).toContain('张三');
    expect((await listed(2)).msginfo).toMatchObject([
      { id: 3, openid: expect.any(String), send_timestamp: expect.any(Number) },
    ]);
    simulator.putAccount({ appid: simulator.account().appid, reviews: { singleAsObject: true } });
    expect((await listed(2)).msginfo).toMatchObject({ id: 3 });
    expect(await listed(0, 101)).toMatchObject({ errcode: 40097 });
  });

  it('the review of the pretended WeChat takes a message once, however often it is sent under its client_msg_id', async () => {
    await start({ delayMinMs: 60_000, delayMaxMs: 60_000 });
    for (let n = 0; n < 3; n++) expect(JSON.parse(await send())).toMatchObject({ errcode: 40252 });
    expect(simulator.stats().reviews).toMatchObject({ taken: 1, again: 2, waiting: 1 });
  });

  it('the review of the pretended WeChat answers one that has passed as accepted when it is sent again', async () => {
    await start({});
    await send();
    await decided();
    expect(JSON.parse(await send())).toMatchObject({ errcode: 0 });
    expect(messages()).toHaveLength(1);
  });

  it('the review of the pretended WeChat is ruled for single recipients, whatever the shares say', async () => {
    await start({ share: 0 });
    const rule = { kind: 'review', end: 'refused', delayMs: 0 } as const;
    simulator.addFault({ when: { openids: [simulator.account().openid(1)] }, fault: rule });
    expect(JSON.parse(await send('a', 0))).toMatchObject({ errcode: 0 });
    expect(JSON.parse(await send('b', 1))).toMatchObject({ errcode: 40252 });
    await decided();
    expect((await listed()).msginfo).toHaveLength(1);
    expect(() =>
      simulator.addFault({ fault: { kind: 'review', end: 'maybe' as 'refused' } }),
    ).toThrow('one of');
  });
});
