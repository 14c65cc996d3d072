import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { getQueueToken } from '@nestjs/bullmq';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Job, Queue } from 'bullmq';
import { Kysely } from 'kysely';
import type { NewAccount } from '../../../src/accounts/account-change.js';
import { AccountSecrets } from '../../../src/accounts/account-secrets.js';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { CallbackNotes } from '../../../src/accounts/callback-notes.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import type { Config } from '../../../src/config/config.js';
import { Clock } from '../../../src/kernel/clock.js';
import { createAdapter } from '../../../src/http/http.setup.js';
import { INBOX_QUEUE } from '../../../src/queue/queue-names.js';
import type { InboxJob } from '../../../src/wechat-auth/inbox-job.js';
import { PushSealing } from '../../../src/wechat-auth/push-sealing.js';
import { WechatAuthApiModule } from '../../../src/wechat-auth/wechat-auth.api.module.js';
import { WechatAuthModule } from '../../../src/wechat-auth/wechat-auth.module.js';
import { createTestDatabase, type TestDatabase } from '../stores/database.js';
import type { QueueBackend } from '../stores/redis.js';
import { testConfig, withPool } from './test-config.js';

export interface PushAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export const CALLBACK_TOKEN = 'callbacktoken';
export const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

/** The callback on real HTTP, a real database and a real queue, with WeChat's part played by the test. */
export class CallbackWorld {
  readonly #database: TestDatabase;

  private constructor(
    readonly app: NestFastifyApplication,
    database: TestDatabase,
    readonly config: Config,
  ) {
    this.#database = database;
  }

  static async open(
    { redisUrl }: Pick<QueueBackend, 'redisUrl'>,
    ...modules: Type[]
  ): Promise<CallbackWorld> {
    const database = await createTestDatabase();
    const config = testConfig({
      ROLES: modules.length > 0 ? 'callback,worker' : 'callback',
      DATABASE_URL: withPool(database.url, 4),
      REDIS_URL: redisUrl,
    });
    const module = await Test.createTestingModule({
      imports: [ConfigModule.register(config), WechatAuthApiModule, ...modules],
    }).compile();
    const app = module.createNestApplication<NestFastifyApplication>(createAdapter(config.http), {
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    return new CallbackWorld(app, database, config);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.#database.drop();
  }

  async account(account: Partial<NewAccount> = {}): Promise<{ appid: string; id: number }> {
    return await this.app.get(AccountsService).create({
      appid: `wx${randomBytes(8).toString('hex')}`,
      kind: 'service',
      name: 'test',
      secret: randomBytes(16).toString('hex'),
      callbackToken: CALLBACK_TOKEN,
      callbackMode: 'plain',
      ...account,
    });
  }

  /** What another callback process notes and writes. */
  async anotherProcess(note: (notes: CallbackNotes) => void): Promise<void> {
    const notes = new CallbackNotes(this.app.get(Kysely, { strict: false }), new Clock());
    note(notes);
    await notes.write({ all: true });
  }

  /** As after half a minute. */
  forgetKeys(): void {
    this.app.get(AccountSecrets, { strict: false }).forgetCallbackKeys();
  }

  get queue(): Queue<InboxJob> {
    return this.app.get<Queue<InboxJob>>(getQueueToken(INBOX_QUEUE), { strict: false });
  }

  /** The pushes of all jobs that wait in the inbox. */
  async stored() {
    return (await this.jobs()).flatMap(({ data }) =>
      data.pushes.map(({ appid, accountId, receivedAt, ...sealed }) => ({
        appid,
        accountId,
        receivedAt,
        ...this.sealing.open({ appid, ...sealed }),
      })),
    );
  }

  jobs(): Promise<Job<InboxJob>[]> {
    return this.queue.getJobs(['waiting', 'active', 'delayed', 'failed']);
  }

  get sealing(): PushSealing {
    return this.app.select(WechatAuthModule).get(PushSealing);
  }

  url(appid: string, query: Record<string, string>): string {
    return `http://127.0.0.1:${this.#port}/wechat/${appid}/callback?${new URLSearchParams(query).toString()}`;
  }

  /** Rejects when the connection is closed without an answer. */
  send(
    url: string,
    {
      body,
      contentType = 'text/xml',
      method = 'POST',
    }: { body?: string | Buffer; contentType?: string | null; method?: string } = {},
  ): Promise<PushAnswer> {
    return new Promise((resolve, reject) => {
      const headers = contentType === null ? {} : { 'content-type': contentType };
      const outgoing = httpRequest(url, { method, agent: false, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', reject)
          .on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              body: Buffer.concat(chunks).toString('latin1'),
            }),
          );
      });
      outgoing.on('error', reject).end(body);
    });
  }

  /** All bytes that come back for a request written by hand. */
  exchangeRaw(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(this.#port, '127.0.0.1', () => socket.write(request));
      socket
        .on('data', (chunk) => (answer += chunk.toString('latin1')))
        .on('error', reject)
        .on('close', () => resolve(answer));
    });
  }

  /** Sends part of a request and then closes the connection; resolves once the server knows. */
  async breakOff(part: string): Promise<void> {
    const accepted = once(this.app.getHttpServer(), 'connection') as Promise<[Socket]>;
    const socket = connect(this.#port, '127.0.0.1', () => socket.write(part));
    const [taken] = await accepted;
    const closed = new Promise((resolve) => taken.once('close', resolve));
    await until(() => taken.bytesRead >= part.length);
    socket.destroy();
    await closed;
  }

  get #port(): number {
    return (this.app.getHttpServer().address() as AddressInfo).port;
  }
}

/** Waits for an outcome. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    await sleep(10);
  }
}
