import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { AES_KEY, CALLBACK_TOKEN, CallbackWorld } from '../support/worlds/callback-world.js';
import { signedQuery } from '../support/wechat/wechat-push.js';

let world: CallbackWorld;
const open: Socket[] = [];

beforeAll(async () => {
  world = await CallbackWorld.open({ redisUrl: undefined });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});
afterAll(() => world.close());

/** Begins a push of a hundred bytes and sends one of them. All that comes back until the connection ends. */
function beginPush(url: string): Promise<string> {
  const { port, pathname, search } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  open.push(socket);
  socket.write(`POST ${pathname}${search} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<`);
  return new Promise((resolve, reject) => {
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

const SIGNED = signedQuery(CALLBACK_TOKEN);
const SAFE = { callbackMode: 'safe', encodingAesKey: AES_KEY } as const;

describe('a push that does not end', () => {
  it('a push that does not end is refused by its account, before its body is there', async () => {
    const answer = await beginPush(world.url(`wx${randomBytes(8).toString('hex')}`, SIGNED));
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('a push that does not end is refused by its signature, before its body is there', async () => {
    const { appid } = await world.account();
    const unsigned = { ...SIGNED, signature: '0'.repeat(40) };
    expect(await beginPush(world.url(appid, unsigned))).toMatch(/^HTTP\/1\.1 403 /);
    expect(await beginPush(world.url(appid, {}))).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('a push that does not end is refused in safe mode where it does not even look signed', async () => {
    const { appid } = await world.account(SAFE);
    const unsigned = { ...SIGNED, signature: '0'.repeat(40), msg_signature: 'yes' };
    expect(await beginPush(world.url(appid, unsigned))).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('a push that does not end is given up after ten seconds without an answer, whoever signed it', async () => {
    const { appid } = await world.account();
    expect(await beginPush(world.url(appid, SIGNED))).toBe('');
  });
});
