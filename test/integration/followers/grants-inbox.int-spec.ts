import { Kysely } from 'kysely';
import { InboxWorkerModule } from '../../../src/inbox/inbox.worker.module.js';
import { CALLBACK_TOKEN, CallbackWorld, until } from '../../support/worlds/callback-world.js';
import { signedQuery } from '../../support/wechat/wechat-push.js';

interface Tables {
  receipt: { accountId: number; msgid: string; openid: string; status: string };
  templateGrant: { accountId: number; openid: string; templateId: string; count: number };
  deadPush: { appid: string; reason: string; content: string };
}

const now = Math.floor(Date.now() / 1000);

describe('pushes about subscription messages', () => {
  let world: CallbackWorld;
  let db: Kysely<Tables>;
  let appid: string;
  let accountId: number;
  beforeAll(async () => {
    world = await CallbackWorld.open({ redisUrl: undefined }, InboxWorkerModule);
    db = world.app.get<Kysely<Tables>>(Kysely, { strict: false });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ({ appid, id: accountId } = await world.account({ kind: 'mini_program' }));
  });

  const callBack = async (...bodies: string[]): Promise<void> => {
    for (const body of bodies) {
      const answer = await world.send(world.url(appid, signedQuery(CALLBACK_TOKEN)), { body });
      expect(answer.body).toBe('success');
    }
    await until(async () => {
      const counts = await world.queue.getJobCounts('waiting', 'active', 'delayed');
      return Object.values(counts).every((count) => count === 0);
    });
  };
  const head = (event: string, at: number) => ({
    ToUserName: 'gh_1',
    FromUserName: 'oAmy',
    CreateTime: String(at),
    MsgType: 'event',
    Event: event,
  });
  const json = (event: string, List: unknown, at = now): string =>
    JSON.stringify({ ...head(event, at), List });
  const xml = (event: string, wrapper: string, items: object[], at = now): string => {
    const members = (of: object): string =>
      Object.entries(of)
        .map(([name, value]) => `<${name}><![CDATA[${String(value)}]]></${name}>`)
        .join('');
    const lists = items.map((item) => `<List>${members(item)}</List>`).join('');
    return `<xml>${members(head(event, at))}<${wrapper}>${lists}</${wrapper}></xml>`;
  };
  const said = (TemplateId: string, SubscribeStatusString: string) => ({
    TemplateId,
    SubscribeStatusString,
    PopupScene: '0',
  });
  const grants = async (): Promise<Record<string, number>> => {
    const rows = await db
      .selectFrom('templateGrant')
      .selectAll()
      .where('accountId', '=', accountId)
      .execute();
    return Object.fromEntries(rows.map(({ templateId, count }) => [templateId, count]));
  };
  const receipts = async (): Promise<Record<string, string>> => {
    const rows = await db
      .selectFrom('receipt')
      .selectAll()
      .where('accountId', '=', accountId)
      .execute();
    return Object.fromEntries(rows.map(({ msgid, status }) => [msgid, status]));
  };
  const dead = () => db.selectFrom('deadPush').selectAll().where('appid', '=', appid).execute();
  const POPUP = 'subscribe_msg_popup_event';
  const CHANGE = 'subscribe_msg_change_event';
  const SENT = 'subscribe_msg_sent_event';

  it('pushes about subscription messages count what is accepted, in XML and in JSON, alone and in a list, each once', async () => {
    const popups = [
      xml(POPUP, 'SubscribeMsgPopupEvent', [said('a', 'accept'), said('b', 'reject')], now - 50),
      json(POPUP, said('a', 'accept'), now - 40),
      json(POPUP, [said('a', 'accept'), said('b', 'accept')], now - 30),
    ];
    await callBack(...popups, ...popups);
    expect(await grants()).toEqual({ a: 3, b: 1 });
    expect(await dead()).toEqual([]);
  });

  it('pushes about subscription messages take back what is rejected, also in the wrapper of the other event, and whenever they come', async () => {
    await callBack(
      json(POPUP, [said('a', 'accept'), said('b', 'accept')], now - 50),
      xml(CHANGE, 'SubscribeMsgPopupEvent', [said('a', 'reject')], now - 40),
      json(POPUP, said('a', 'accept'), now - 45),
      json(POPUP, said('b', 'accept'), now - 30),
      json(CHANGE, said('b', 'reject'), now - 40),
    );
    expect(await grants()).toEqual({ a: 0, b: 1 });
  });

  it('pushes about subscription messages are receipts, several in one, with WeChat’s words kept raw', async () => {
    const sent = (MsgID: string, ErrorCode: number, ErrorStatus: string) => ({
      TemplateId: 'a',
      MsgID,
      ErrorCode,
      ErrorStatus,
    });
    await callBack(
      xml(SENT, 'SubscribeMsgSentEvent', [
        sent('1864323726461255680', 0, 'success'),
        sent('1864323726461255681', 1, 'user not exist!'),
      ]),
      json(SENT, sent('3487542469355618313', 0, 'success')),
    );
    expect(await receipts()).toEqual({
      '1864323726461255680': 'success',
      '1864323726461255681': 'user not exist!',
      '3487542469355618313': 'success',
    });
  });

  it('pushes about subscription messages cost only what cannot be read of them', async () => {
    const odd = [
      json(POPUP, [said('a', 'accept'), said('b', 'perhaps')], now - 20),
      json(CHANGE, 'everything'),
      json(SENT, [
        { MsgID: '5', ErrorCode: '0' },
        { MsgID: '', ErrorCode: '0' },
      ]),
    ];
    await callBack(...odd, json(POPUP, said('c', 'accept'), now - 10));
    expect(await grants()).toEqual({ a: 1, c: 1 });
    expect(await receipts()).toEqual({ '5': 'success' });
    const buried = await dead();
    expect(buried.map(({ content }) => content).toSorted()).toEqual(odd.toSorted());
  });

  it('pushes about subscription messages of one account change nothing at another', async () => {
    const before = appid;
    await callBack(json(POPUP, said('a', 'accept')));
    ({ appid, id: accountId } = await world.account({ kind: 'mini_program' }));
    expect(appid).not.toBe(before);
    expect(await grants()).toEqual({});
  });
});
