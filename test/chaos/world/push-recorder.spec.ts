import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PushRecorder } from './push-recorder.js';

describe('the recorder between WeChat and the callback', () => {
  let callback: Server;
  let pushes: PushRecorder;
  let listener: RequestListener;

  beforeEach(async () => {
    callback = createServer((asked, answer) => listener(asked, answer)).listen(0, '127.0.0.1');
    await once(callback, 'listening');
    pushes = await PushRecorder.open(
      `http://127.0.0.1:${(callback.address() as AddressInfo).port}`,
    );
  });
  afterEach(async () => {
    await pushes.close();
    callback.closeAllConnections();
    callback.close();
  });

  const push = (msgid: string): Promise<Response> => {
    const { port } = callback.address() as AddressInfo;
    const url = pushes.inFrontOf(`http://127.0.0.1:${port}/wechat/wx1/callback?nonce=5`);
    return fetch(url, { method: 'POST', body: `<xml><MsgID>${msgid}</MsgID></xml>` });
  };

  it('the push recorder forwards a push unchanged, and its answer back', async () => {
    let heard = '';
    listener = (asked, answer) => {
      asked.on('data', (chunk) => (heard += `${asked.url} ${chunk}`));
      asked.on('end', () => answer.end('success'));
    };
    const answer = await push('7');
    expect([answer.status, await answer.text()]).toEqual([200, 'success']);
    expect(heard).toBe('/wechat/wx1/callback?nonce=5 <xml><MsgID>7</MsgID></xml>');
    expect(pushes.triesOf('7')).toMatchObject([{ answered: true }]);
    expect(pushes.answers()).toHaveLength(1);
  });

  it('the push recorder gives WeChat no answer where it gets none, and records each try', async () => {
    listener = (asked) => asked.socket.destroy();
    await expect(push('8')).rejects.toThrow('fetch failed');
    listener = (_asked, answer) => answer.writeHead(500).end('success');
    expect((await push('8')).status).toBe(500);
    expect(pushes.triesOf('8')).toMatchObject([{ answered: false }, { answered: false }]);
    expect(pushes.answers()).toEqual([]);
  });
});
