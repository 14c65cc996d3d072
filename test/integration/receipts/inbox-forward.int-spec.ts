import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { WechatConfig } from '../../../src/config/config.js';
import { ProxyConfig } from '../../../src/config/proxy-config.js';
import { OutboundAddressRefused } from '../../../src/http/outbound-address.js';
import type { ForwardJob } from '../../../src/inbox/forward.queue.js';
import { ForwardService } from '../../../src/inbox/forward.service.js';
import { InboxWorkerModule } from '../../../src/inbox/inbox.worker.module.js';
import { FORWARD_QUEUE } from '../../../src/queue/queue-names.js';
import {
  AES_KEY,
  CALLBACK_TOKEN,
  CallbackWorld,
  until,
} from '../../support/worlds/callback-world.js';
import { ok, RawWechat } from '../../support/wechat/raw-wechat.js';
import { describeBothQueues } from '../../support/stores/redis.js';
import { SilentProxy } from '../../support/stores/silent-proxy.js';
import { encryptPush, safeBody, signedQuery } from '../../support/wechat/wechat-push.js';
import { EVENT_SAMPLES } from '../../support/wechat/wechat-vectors.js';

interface Received {
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** The customer's own server. */
class Customer {
  readonly received: Received[] = [];
  readonly #kept: ServerResponse[] = [];
  /** What it answers; undefined keeps the caller waiting. */
  status: (received: Received) => number | undefined = () => 200;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on(
      'request',
      (incoming: IncomingMessage, answer: ServerResponse) => void this.#take(incoming, answer),
    );
  }

  static async listen(): Promise<Customer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Customer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/wechat`;
  }

  answerAll(): void {
    this.status = () => 200;
    for (const answer of this.#kept) answer.end();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const received = {
      url: incoming.url ?? '',
      contentType: incoming.headers['content-type'],
      body: Buffer.concat((await incoming.toArray()) as Buffer[]),
    };
    this.received.push(received);
    const status = this.status(received);
    if (status === undefined) this.#kept.push(answer);
    else answer.writeHead(status).end('<xml>a reply nobody reads</xml>');
  }
}

const text =
  '<xml><ToUserName><![CDATA[gh_1]]></ToUserName><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content></xml>';
const subscribe =
  '<xml><FromUserName><![CDATA[oAmy]]></FromUserName><CreateTime>1721621154</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event></xml>';

describeBothQueues('forwarding', (backend) => {
  let world: CallbackWorld;
  let customer: Customer;
  let forwards: Queue<ForwardJob>;
  beforeAll(async () => {
    world = await CallbackWorld.open(backend, InboxWorkerModule);
    forwards = world.app.get<Queue<ForwardJob>>(getQueueToken(FORWARD_QUEUE), { strict: false });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    customer = await Customer.listen();
  });
  afterEach(() => customer.close());

  const callBack = async (appid: string, body: string | Buffer): Promise<URL> => {
    const url = world.url(appid, signedQuery(CALLBACK_TOKEN));
    expect((await world.send(url, { body, contentType: 'text/xml; charset=GBK' })).body).toBe(
      'success',
    );
    return new URL(url);
  };
  const jobOf = ({ appid, id: accountId }: { appid: string; id: number }, receivedAt: number) =>
    world.sealing.seal(
      { appid, accountId, receivedAt },
      { content: text, original: { contentType: undefined, query: '' } },
    ) as ForwardJob;
  const isEmpty = async (): Promise<boolean> => {
    const counts = [
      ...Object.values(await world.queue.getJobCounts()),
      ...Object.values(await forwards.getJobCounts('waiting', 'active', 'delayed')),
    ];
    return counts.every((count) => count === 0);
  };
  // Twice: each state is counted by itself, and a job that goes from one to another meanwhile is in neither.
  const idle = () => until(async () => (await isEmpty()) && (await isEmpty()));

  it('forwarding sends a push on byte for byte, with WeChat’s query and Content-Type', async () => {
    const { appid } = await world.account({ forwardUrl: `${customer.url}?from=weicast` });
    const gbk = Buffer.concat([
      Buffer.from('<xml><Content><![CDATA['),
      Buffer.from([0xc4, 0xe3, 0]),
      Buffer.from(']]></Content></xml>'),
    ]);
    const { search } = await callBack(appid, gbk);
    await idle();
    expect(customer.received).toEqual([
      {
        url: `/wechat?from=weicast&${search.slice(1)}`,
        contentType: 'text/xml; charset=GBK',
        body: gbk,
      },
    ]);
  });

  it('forwarding sends what was encrypted on encrypted', async () => {
    const { appid } = await world.account({
      callbackMode: 'safe',
      encodingAesKey: AES_KEY,
      forwardUrl: customer.url,
    });
    const encrypted = encryptPush(text, { encodingAesKey: AES_KEY, appid });
    const url = world.url(appid, signedQuery(CALLBACK_TOKEN, { encrypted }));
    await world.send(url, { body: safeBody(encrypted) });
    await idle();
    expect(customer.received).toEqual([
      {
        url: `/wechat${new URL(url).search}`,
        contentType: 'text/xml',
        body: Buffer.from(safeBody(encrypted)),
      },
    ]);
  });

  it('forwarding keeps what is ours alone, and shares who comes and goes', async () => {
    const { appid } = await world.account({ forwardUrl: customer.url });
    for (const body of [
      EVENT_SAMPLES.receiptDelivered,
      EVENT_SAMPLES.popupOfTwo,
      EVENT_SAMPLES.sentAsJson,
      subscribe,
      text,
    ])
      await callBack(appid, body);
    await idle();
    expect(customer.received.map(({ body }) => body.toString()).toSorted()).toEqual(
      [subscribe, text].toSorted(),
    );
  });

  it('forwarding sends nothing for an account without a forwardUrl', async () => {
    const { appid } = await world.account();
    await callBack(appid, text);
    await idle();
    expect(customer.received).toEqual([]);
  });

  it('forwarding shows no text and no signature in its jobs, while they wait for the customer’s server', async () => {
    const { appid } = await world.account({ forwardUrl: customer.url });
    customer.status = () => 500;
    const { searchParams } = await callBack(appid, text);
    await until(async () => (await forwards.getDelayedCount()) === 1);
    const [job] = await forwards.getDelayed();
    const shown = JSON.stringify(job);
    expect(shown).toContain(appid);
    expect(shown).not.toContain('你好');
    expect(shown).not.toContain(searchParams.get('signature'));
    customer.status = () => 200;
    await forwards.promoteJobs();
    await idle();
    expect(customer.received.at(-1)?.body.toString()).toBe(text);
  });

  it('forwarding sends nothing to an address that was taken back meanwhile', async () => {
    const { appid } = await world.account({ forwardUrl: customer.url });
    customer.status = () => 500;
    await callBack(appid, text);
    await until(async () => (await forwards.getDelayedCount()) === 1);
    await world.app.get(AccountsService).update(appid, { forwardUrl: null });
    await forwards.promoteJobs();
    await idle();
    expect(customer.received).toHaveLength(1);
  });

  it('forwarding tries again until the customer’s server takes it, and is done with the first 2xx', async () => {
    const { appid } = await world.account({ forwardUrl: customer.url });
    const answers = [500, 302, 404, 204];
    customer.status = () => answers.shift();
    await callBack(appid, text);
    for (let tries = 1; tries <= 3; tries++) {
      await until(
        async () => customer.received.length === tries && (await forwards.getDelayedCount()) === 1,
      );
      await forwards.promoteJobs();
    }
    await idle();
    expect(customer.received).toHaveLength(4);
    expect(await forwards.getFailedCount()).toBe(0);
  });

  it('forwarding does not let one account’s slow server hold up another’s', async () => {
    customer.status = ({ url }) => (url.startsWith('/wechat/slow') ? undefined : 200);
    const slow = await world.account({ forwardUrl: `${customer.url}/slow` });
    const quick = await world.account({ forwardUrl: customer.url });
    const seen = (path: string) =>
      customer.received.filter(({ url }) => url.startsWith(path)).length;

    await Promise.all(Array.from({ length: 100 }, () => callBack(slow.appid, text)));
    await until(() => seen('/wechat/slow') === 4);
    await callBack(quick.appid, text);
    await until(() => seen('/wechat?') === 1);

    expect(seen('/wechat/slow')).toBeLessThan(9);
    customer.answerAll();
    await until(async () => {
      await forwards.promoteJobs();
      return seen('/wechat/slow') >= 100;
    });
    await idle();
  });

  it('forwarding gives up on a push that has waited for too long, and keeps it among the failed', async () => {
    const { appid, id } = await world.account({ forwardUrl: customer.url });
    const receivedAt = Date.now() - 16 * 60_000;
    await forwards.add('push', jobOf({ appid, id }, receivedAt), { attempts: 8 });
    await until(async () => (await forwards.getFailedCount()) === 1);
    expect(customer.received).toEqual([]);
    await forwards.clean(0, 10, 'failed');
  });

  it('forwarding waits for no server that falls silent, and is done with one that had said 2xx', async () => {
    const server = new RawWechat();
    await server.listen();
    const proxy = await SilentProxy.open(() => Number(new URL(server.origin).port));
    const account = await world.account({ forwardUrl: proxy.inFrontOf(server.origin) });
    const forward = () => world.app.get(ForwardService).forward(jobOf(account, Date.now()));
    await forward();

    server.answer = () => proxy.silence();
    await expect(forward()).rejects.toThrow();
    await until(() => proxy.held === 0);
    proxy.speak();

    server.answer = (socket) => {
      socket.write(ok('<xml>', 100));
      setTimeout(() => proxy.silence(), 100);
    };
    await forward();
    await until(() => proxy.held === 0);
    proxy.speak();

    server.answer = (socket) => socket.write(ok('success'));
    await forward();
    expect(server.requests).toHaveLength(4);
    await proxy.close();
    await server.close();
  });

  it('forwarding goes to no address inside the network', async () => {
    const account = await world.account({ forwardUrl: customer.url });
    const guarded = new ForwardService(
      world.app.get(AccountsService),
      world.sealing,
      new WechatConfig('', false),
      new ProxyConfig(),
    );
    const failure = await guarded
      .forward(jobOf(account, Date.now()))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutboundAddressRefused);
    expect(customer.received).toEqual([]);
    await guarded.onApplicationShutdown();
  });
});
