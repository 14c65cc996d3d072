import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import pg from 'pg';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { readEnvironment } from '../../../src/config/environment.js';
import { SEND_QUEUE } from '../../../src/queue/queue-names.js';
import { routesOf } from '../../../src/http/known-paths.js';
import { Service } from '../../../src/service.js';
import type { FaultRule } from '../../../src/simulator/faults/fault-rule.js';
import { Simulator, type SimulatorOptions } from '../../../src/simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../stores/database.js';
import type { components } from '../../../web/src/api/schema.js';
import { type ApiClient, answered, clientOf } from '../api/client.js';
import { holdToContract } from '../api/contract.js';
import { type QueueBackend, uniquePrefix } from '../stores/redis.js';

export interface ProductAnswer {
  readonly status: number;
  readonly text: string;
  /** The body as JSON. */
  // oxlint-disable-next-line no-explicit-any -- a test reads what it expects
  readonly json: any;
}

type Broadcast = components['schemas']['WarnedBroadcastView'];
type BroadcastBody = components['schemas']['CreateBroadcastDto'];
type Verb = 'start' | 'start-now' | 'undo' | 'unschedule' | 'pause' | 'resume' | 'cancel';

const CALLBACK_TOKEN = 'callbacktoken1';

/** The whole product against the simulator, over HTTP, on real stores: as a user has it. */
export class ProductWorld {
  readonly appid: string;
  readonly adminKey = randomBytes(24).toString('base64url');
  readonly #prefix = uniquePrefix();
  readonly #masterKey = randomBytes(32).toString('base64');
  #service: Service | undefined;
  readonly #queue: QueueBackend;
  readonly #database: TestDatabase;

  private constructor(
    queue: QueueBackend,
    database: TestDatabase,
    readonly wechat: Simulator,
  ) {
    this.#queue = queue;
    this.#database = database;
    this.appid = wechat.account().appid;
  }

  static async open(
    queue: QueueBackend,
    wechat: SimulatorOptions = {},
    variables: Record<string, string> = {},
  ): Promise<ProductWorld> {
    const [database, simulator] = await Promise.all([
      createTestDatabase(),
      Simulator.start({
        followers: 200,
        appid: `wx${randomBytes(8).toString('hex')}`,
        ...wechat,
      }),
    ]);
    const world = new ProductWorld(queue, database, simulator);
    await world.start(variables);
    return world;
  }

  /** Starts the service (again): the same stores, keys and account. */
  async start(variables: Record<string, string> = {}): Promise<void> {
    this.#service = await Service.start(readEnvironment(this.environment(variables)));
    for (const { appid } of this.wechat.accounts.list())
      this.wechat.putAccount({
        appid,
        callback: { url: `${this.url}/wechat/${appid}/callback`, token: CALLBACK_TOKEN },
      });
  }

  /** What the service is started with, for further processes of it. */
  environment(variables: Record<string, string> = {}): Record<string, string> {
    return {
      PORT: '0',
      DATABASE_URL: `${this.#database.url}?pool=5`,
      ...(this.#queue.redisUrl === undefined ? {} : { REDIS_URL: this.#queue.redisUrl }),
      QUEUE_PREFIX: this.#prefix,
      WECHAT_API_BASE: this.wechat.url,
      WEICAST_ADMIN_KEY: this.adminKey,
      WEICAST_MASTER_KEY: this.#masterKey,
      LOG_LEVEL: 'error',
      // Its pages have suites of their own, which say otherwise.
      CONSOLE: 'off',
      ...variables,
    };
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.wechat.close();
    await this.#database.drop();
  }

  get url(): string {
    if (!this.#service) throw new Error('the service is stopped');
    return this.#service.url;
  }

  get databaseUrl(): string {
    return this.#database.url;
  }

  /** Where the jobs of broadcasts lie, to make them lie there for longer. */
  get sendQueue(): Queue {
    if (!this.#service) throw new Error('the service is stopped');
    return this.#service.app.get<Queue>(getQueueToken(SEND_QUEUE), { strict: false });
  }

  /** The next request sees what was done to keys behind the service's back. */
  forgetKeys(): void {
    this.#service?.app.get(ApiKeysService, { strict: false }).forget();
  }

  /** Breaks every connection to the database, whatever it is doing. */
  async cutConnections(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#database.url });
    await client.connect();
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await client.end();
  }

  /** Every route that the server knows, as it knows it. */
  patterns(): { method: string; pattern: string }[] {
    if (!this.#service) throw new Error('the service is stopped');
    return routesOf(this.#service.app.getHttpServer());
  }

  /** Every route that the server knows, parameters filled in. */
  routes(): { method: string; path: string }[] {
    return this.patterns().map(({ method, pattern }) => ({
      method,
      path: pattern
        .replace(':appid', this.appid)
        .replaceAll(/:[a-zA-Z]+/g, 'x')
        .replaceAll('*', 'x'),
    }));
  }

  /** The client that openapi.json makes. What it does not know goes through `call`. */
  get api(): ApiClient {
    return clientOf(this.url, this.adminKey);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ProductAnswer> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.adminKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const { status } = answer;
    holdToContract({ method, path, status, type: answer.headers.get('content-type'), text });
    return {
      status,
      text,
      json: text.startsWith('{') ? JSON.parse(text) : undefined,
    };
  }

  /** Sends a list; the query says what `POST /v1/uploads` is to know. */
  async upload(
    file: string | Buffer,
    query: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<ProductAnswer> {
    const asked = new URLSearchParams({ appid: this.appid, name: 'a list', ...query });
    const path = `/v1/uploads?${asked.toString()}`;
    const answer = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.adminKey}`,
        'content-type': 'text/csv',
        ...headers,
      },
      body: new Uint8Array(Buffer.from(file as string)),
    });
    const { status } = answer;
    const text = await answer.text();
    holdToContract({
      method: 'POST',
      path,
      status,
      type: answer.headers.get('content-type'),
      text,
    });
    return { status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  /** Sends a list, and waits until it is in that state. */
  async uploaded(
    file: string | Buffer,
    state: string,
    query: Record<string, string> = {},
  ): Promise<string> {
    const { status, text, json } = await this.upload(file, query);
    if (status !== 201) throw new Error(`the upload was answered ${status}: ${text}`);
    const id: string = json.id;
    await this.until(async () => {
      const { json: shown } = await this.expect(200, 'GET', `/v1/uploads/${id}`);
      if (shown.state === 'failed' && state !== 'failed') throw new Error(JSON.stringify(shown));
      return shown.state === state;
    }, `upload ${id} to be ${state}`);
    return id;
  }

  /** The account (the first, where none is named), its templates and, of a service account, its followers are on record. */
  async ready(account: Record<string, unknown> & { appid?: string } = {}): Promise<void> {
    const { appid = this.appid } = account;
    const { secret } = this.wechat.account(appid).settings;
    await this.expect(201, 'POST', '/v1/accounts', {
      appid,
      secret,
      kind: 'service',
      name: 'test',
      callbackMode: 'plain',
      callbackToken: CALLBACK_TOKEN,
      ...account,
    });
    const params = { path: { appid } };
    await answered(this.api.POST('/v1/accounts/{appid}/templates/sync', { params }));
    if (account['kind'] === 'mini_program') return; // which has no followers
    await answered(this.api.POST('/v1/accounts/{appid}/followers/sync', { params }));
    await this.until(async () => {
      const sync = await answered(this.api.GET('/v1/accounts/{appid}/followers/sync', { params }));
      if (sync.state === 'failed') throw new Error(JSON.stringify(sync));
      return sync.state === 'done';
    });
  }

  async expect(
    status: number,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<ProductAnswer> {
    const answer = await this.call(method, path, body);
    if (answer.status !== status)
      throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer;
  }

  async templateId(title = '活动报名成功通知', appid = this.appid): Promise<string> {
    const path = { appid };
    const { items } = await answered(
      this.api.GET('/v1/accounts/{appid}/templates', { params: { path } }),
    );
    const found = items.find((template) => template.title === title);
    if (found === undefined) throw new Error(`${appid} has no template ${title}`);
    return found.templateId;
  }

  /** A body that `POST /v1/broadcasts` takes. */
  async body(change: Partial<BroadcastBody> = {}): Promise<BroadcastBody> {
    return {
      appid: this.appid,
      templateId: await this.templateId(),
      fields: { thing1: '秋季公开课', time2: '2026-11-28 19:30', thing3: '三号楼报告厅' },
      audience: { kind: 'all' },
      ...change,
    };
  }

  async broadcast(change: Partial<BroadcastBody> = {}): Promise<string> {
    const { id } = await answered(
      this.api.POST('/v1/broadcasts', { body: await this.body(change) }),
    );
    return id;
  }

  show(id: string): Promise<Broadcast> {
    return answered(this.api.GET('/v1/broadcasts/{id}', { params: { path: { id } } }));
  }

  /** Says what an operator says. */
  verb(id: string, verb: Verb): Promise<Broadcast> {
    const asked = { params: { path: { id } }, body: {} };
    return answered(this.api.POST(`/v1/broadcasts/{id}/${verb}`, asked));
  }

  /** The nth follower, as WeChat names them. */
  openid(index: number): string {
    return this.wechat.account().openid(index);
  }

  fault(rule: FaultRule): void {
    this.wechat.addFault(rule);
  }

  /** Waits for an outcome, never for a time; the bound only ends a test that has failed. */
  async until(
    outcome: () => Promise<boolean>,
    what = 'the outcome',
    patienceMs = 200_000,
  ): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await outcome())) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
      await sleep(25);
    }
  }

  /** Finished, and every receipt that comes has come. */
  async finished(id: string, patienceMs?: number): Promise<Broadcast> {
    let shown = await this.show(id);
    const isOver = async (): Promise<boolean> => {
      shown = await this.show(id);
      return shown.state === 'finished' && shown.receiptsOpen === 0;
    };
    await this.until(isOver, `broadcast ${id} to finish`, patienceMs);
    return shown;
  }
}
