import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { CallbackNotes } from '../../../src/accounts/callback-notes.js';
import { callbackFaultOf } from '../../../src/accounts/callback-state.js';
import { AES_KEY, CALLBACK_TOKEN, CallbackWorld } from '../../support/worlds/callback-world.js';
import { encryptPush, safeBody, signedQuery } from '../../support/wechat/wechat-push.js';
import { EVENT_SAMPLES } from '../../support/wechat/wechat-vectors.js';

const receipt: string = EVENT_SAMPLES.receiptDelivered;
const receiptOf = (msgid: number): string => receipt.replace('200163836', String(msgid));
const OTHER_KEY = 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR';

const ago = (minutes: number): string => String(Math.floor(Date.now() / 1_000) - minutes * 60);

describe("the health of an account's callback", () => {
  let world: CallbackWorld;
  beforeAll(async () => {
    world = await CallbackWorld.open({});
  });
  afterAll(() => world.close());

  type Account = Awaited<ReturnType<CallbackWorld['account']>>;

  const push = async (
    { appid }: Account,
    { body = receipt, query = signedQuery(CALLBACK_TOKEN) } = {},
  ): Promise<number> => (await world.send(world.url(appid, query), { body })).status;
  const greet = ({ appid }: Account) =>
    world.send(world.url(appid, signedQuery(CALLBACK_TOKEN, { echostr: '1' })), {
      method: 'GET',
      contentType: null,
    });
  const state = async ({ appid }: Account) => {
    await world.app.get(CallbackNotes, { strict: false }).write({ all: true });
    return await world.app.get(AccountsService).requireAccount(appid);
  };
  const faultOf = async (account: Account) => callbackFaultOf(await state(account))?.code;

  it("the health of an account's callback says when WeChat asked and pushed last, and that nothing is wrong", async () => {
    const account = await world.account();
    expect(await state(account)).toMatchObject({ handshakeAt: null, pushAt: null });
    const began = Date.now();
    await greet(account);
    expect(await push(account)).toBe(200);
    const { handshakeAt, pushAt, refusedAt } = await state(account);
    expect(Number(handshakeAt)).toBeGreaterThanOrEqual(began);
    expect(Number(pushAt)).toBeGreaterThanOrEqual(Number(handshakeAt));
    expect(refusedAt).toBeNull();
    expect(await faultOf(account)).toBeUndefined();
  });

  const sealed = (account: Account, encodingAesKey: string, appid = account.appid) => {
    const encrypted = encryptPush(receipt, { encodingAesKey, appid });
    return { body: safeBody(encrypted), query: signedQuery(CALLBACK_TOKEN, { encrypted }) };
  };
  const safe = { callbackMode: 'safe', encodingAesKey: AES_KEY } as const;

  it.each([
    ['token', {}, () => ({ query: signedQuery('guess') })],
    ['mode', {}, (account: Account) => sealed(account, AES_KEY)],
    ['mode', safe, () => ({})],
    ['key', safe, (account: Account) => sealed(account, OTHER_KEY)],
    ['appid', safe, (account: Account) => sealed(account, AES_KEY, 'wx0000000000000000')],
  ] as const)(
    "the health of an account's callback names %s as what is wrong when pushes are refused while the handshake passes, until one is taken",
    async (why, settings, wrong) => {
      const account = await world.account(settings);
      expect((await greet(account)).status).toBe(200);
      expect(await push(account, wrong(account))).toBe(403);
      expect(await state(account)).toMatchObject({ refusedWhy: why, pushAt: null });
      expect(await faultOf(account)).toBe(`callback_${why}`);

      const right = settings === safe ? sealed(account, AES_KEY) : {};
      expect(await push(account, right)).toBe(200);
      expect(await faultOf(account)).toBeUndefined();
    },
  );

  it("the health of an account's callback is not hidden by what anybody may send", async () => {
    const account = await world.account(safe);
    await push(account);
    await state(account);
    await push(account, { query: signedQuery('guess') });
    expect(await faultOf(account)).toBe('callback_mode');
    // Nor by what another process is sent.
    await world.anotherProcess((notes) => notes.refused(account.id, 'token'));
    expect(await faultOf(account)).toBe('callback_mode');
  });

  it("the health of an account's callback is told by several processes, of which the later counts", async () => {
    const account = await world.account();
    await push(account);
    await state(account);
    await world.anotherProcess((notes) => notes.refused(account.id, 'replay'));
    expect(await faultOf(account)).toBe('callback_replay');
    await push(account);
    expect(await faultOf(account)).toBeUndefined();
  });

  it("the health of an account's callback costs no write for each request, whoever sends them", async () => {
    const account = await world.account();
    const notes = world.app.get(CallbackNotes, { strict: false });
    for (let n = 0; n < 3; n++) await push(account, { query: signedQuery('guess') });
    await notes.write();
    const { refusedAt } = await world.app.get(AccountsService).requireAccount(account.appid);
    for (let n = 0; n < 20; n++) await push(account, { query: signedQuery('guess') });
    await notes.write(); // as the timer does; more of the same waits for its minute
    expect((await world.app.get(AccountsService).requireAccount(account.appid)).refusedAt).toEqual(
      refusedAt,
    );
  });

  it("the health of an account's callback is not asked for of an account that has been removed meanwhile", async () => {
    const account = await world.account();
    await push(account);
    await world.app.get(AccountsService).remove(account.appid);
    await world.app.get(CallbackNotes, { strict: false }).write({ all: true });
  });

  it("the health of an account's callback takes an old stamp of an account that has shown no fresh one, and none after that", async () => {
    const account = await world.account();
    const old = () => ({ query: signedQuery(CALLBACK_TOKEN, { timestamp: ago(16) }) });
    expect(await push(account, old())).toBe(200);
    expect(await push(account)).toBe(200);
    expect(await push(account, old())).toBe(403);
    expect(await faultOf(account)).toBe('callback_stamp');
    // Ten minutes may be a clock; and to come is as wrong as past.
    const query = (minutes: number) => signedQuery(CALLBACK_TOKEN, { timestamp: ago(minutes) });
    expect(await push(account, { query: query(10) })).toBe(200);
    expect(await push(account, { query: query(-16) })).toBe(403);
    expect(await push(account, { query: signedQuery(CALLBACK_TOKEN, { timestamp: 'x' }) })).toBe(
      403,
    );
  });

  it("the health of an account's callback remembers for every process that an account has shown fresh stamps", async () => {
    const account = await world.account();
    await world.anotherProcess((notes) => notes.fresh(account.id));
    world.forgetKeys();
    const query = signedQuery(CALLBACK_TOKEN, { timestamp: ago(16) });
    expect(await push(account, { query })).toBe(403);
  });

  it("the health of an account's callback refuses a fourth body under one stamp in plain mode, and answers repetitions as before", async () => {
    const account = await world.account();
    const query = signedQuery(CALLBACK_TOKEN);
    const bodies = [1, 2, 3].map(receiptOf);
    for (const body of [...bodies, ...bodies])
      expect(await push(account, { body, query })).toBe(200);
    expect(await push(account, { body: receiptOf(4), query })).toBe(403);
    expect(await faultOf(account)).toBe('callback_replay');
    expect(await push(account, { body: receiptOf(1), query })).toBe(200);
    expect(await push(account, { body: receiptOf(4) })).toBe(200);
  });

  it("the health of an account's callback takes no account of bodies where the signature covers them", async () => {
    const account = await world.account(safe);
    const stamp = { timestamp: ago(0), nonce: '1' };
    for (let n = 0; n < 6; n++) {
      const encrypted = encryptPush(receiptOf(n), {
        encodingAesKey: AES_KEY,
        appid: account.appid,
      });
      const query = signedQuery(CALLBACK_TOKEN, { encrypted, ...stamp });
      expect(await push(account, { body: safeBody(encrypted), query })).toBe(200);
    }
  });
});
