import { join } from 'node:path';
import { freePorts } from '../../test/support/stores/free-ports.js';
import type {
  BroadcastView,
  NewBroadcast,
} from '../programs/plain-service/broadcast.controller.js';
import { asEnvironment, type PlainServiceSettings } from '../programs/plain-service/settings.js';
import { type MeasuredRun, measureRun } from './measured-run.js';
import { ourProgram, Program } from './program.js';
import type { Testbed } from './testbed.js';
import type { WechatAccount } from './wechat-process.js';

const CALLBACK_TOKEN = 'benchmarktoken2';

/** `programs/plain-service.ts`, the alternative to Weicast, in a process of its own. */
export class PlainService {
  readonly #settings: PlainServiceSettings;
  readonly #log: string;
  readonly #account: WechatAccount;
  #program: Program;
  #broadcasts = 0;

  private constructor(
    settings: PlainServiceSettings,
    log: string,
    account: WechatAccount,
    program: Program,
  ) {
    this.#settings = settings;
    this.#log = log;
    this.#account = account;
    this.#program = program;
  }

  static async start(
    settings: PlainServiceSettings,
    log: string,
    account: WechatAccount,
  ): Promise<PlainService> {
    return new PlainService(settings, log, account, await startProgram(settings, log));
  }

  get pid(): number {
    return this.#program.pid;
  }

  get databaseUrl(): string {
    return this.#settings.databaseUrl;
  }

  async startBroadcast(atMost?: number): Promise<string> {
    const { id } = await this.#call<{ id: string }>('POST', '/broadcasts', {
      templateId: this.#account.templateId,
      fields: {
        thing1: `第 ${++this.#broadcasts} 场公开课`,
        time2: '2026-11-28 19:30',
        thing3: '三号楼',
      },
      ...(atMost === undefined ? {} : { atMost }),
    } satisfies NewBroadcast);
    return id;
  }

  broadcast(id: string): Promise<BroadcastView> {
    return this.#call('GET', `/broadcasts/${id}`);
  }

  /** Ends the process at once, with whatever it was doing. */
  kill(): Promise<void> {
    return this.#program.kill();
  }

  async startAgain(): Promise<void> {
    this.#program = await startProgram(this.#settings, this.#log);
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${addressOf(this.#settings)}${path}`, {
      method,
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(
        `${method} ${path} should answer 2xx, and answered ${answer.status}: ${text}`,
      );
    return JSON.parse(text) as T;
  }
}

const addressOf = ({ port }: PlainServiceSettings): string => `http://127.0.0.1:${port}`;

async function startProgram(settings: PlainServiceSettings, log: string): Promise<Program> {
  const program = Program.start({
    name: 'the plain service',
    ...ourProgram('plain-service.ts'),
    env: asEnvironment(settings),
    log,
  });
  await program.waitUntilAnswering(async () => {
    await fetch(addressOf(settings));
    return true;
  });
  return program;
}

/** Runs it for one account, on a database of its own and with receipts. Afterwards its stores are empty. */
export async function withPlainService<T>(
  testbed: Testbed,
  account: WechatAccount,
  options: { readonly sendsClientMsgId: boolean },
  use: (service: PlainService) => Promise<T>,
): Promise<T> {
  const [redis, postgres, wechat] = [
    await testbed.redis(),
    await testbed.postgres(),
    await testbed.wechat(),
  ];
  const [port = 0] = await freePorts(1);
  const databaseUrl = await postgres.database();
  const { appid, secret } = account;
  try {
    const service = await PlainService.start(
      {
        ...options,
        port,
        databaseUrl,
        redisUrl: redis.url,
        wechatUrl: wechat.url,
        appid,
        secret,
        callbackToken: CALLBACK_TOKEN,
      },
      join(testbed.folder('plain-service'), 'plain-service.log'),
      account,
    );
    try {
      const url = `http://127.0.0.1:${port}/wechat/callback`;
      await wechat.changeAccount(appid, { callback: { url, token: CALLBACK_TOKEN } });
      return await use(service);
    } finally {
      await service.stop();
    }
  } finally {
    await postgres.drop(databaseUrl);
    await redis.empty();
  }
}

/** Measures a broadcast from its POST until the result of its last recipient is written. */
export async function measurePlainBroadcast(
  testbed: Testbed,
  service: PlainService,
  account: WechatAccount,
  messages = account.followers,
): Promise<MeasuredRun> {
  const [redis, postgres, wechat] = [
    await testbed.redis(),
    await testbed.postgres(),
    await testbed.wechat(),
  ];
  let id = '';
  const run = await measureRun({
    wechat,
    account,
    messages,
    spenders: { service: [service.pid], redis: redis.pids, postgres: postgres.pids },
    start: async () => void (id = await service.startBroadcast(messages)),
    isDone: async () => {
      // Its counts cost PostgreSQL time, so they are asked for last.
      if ((await wechat.stats(account.appid)).callbacks.pending > 0) return false;
      const { total, delivered, failed } = (await service.broadcast(id)).counts;
      return total === messages && delivered + failed >= total;
    },
  });
  const { counts } = await service.broadcast(id);
  if (counts.delivered !== messages)
    throw new Error(
      `all ${messages} messages should be delivered, and are not: ${JSON.stringify(counts)}`,
    );
  return run;
}
