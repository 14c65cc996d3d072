import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../support/stores/free-ports.js';
import { StoreProxies } from './store-proxies.js';
import type { Plan, Role } from '../plan/plan.js';
import { PostgresStore } from './postgres-store.js';
import { PushRecorder } from './push-recorder.js';
import { RedisStore } from './redis-store.js';
import { ServiceProcesses } from './service-processes.js';
import type { SupervisedProcess } from './supervised-process.js';
import { WechatProcess } from './wechat-process.js';

const WORKERS = 2;
/** The receipts of the canary take so long where faults must strike meanwhile. */
const CANARY_MS = 2_500;
/** Reviews take as long as a few sends, so that some are open during every fault. */
const REVIEW_MS = { delayMinMs: 500, delayMaxMs: 8_000 } as const;
const CALLBACK_TOKEN = 'callbacktoken1';

/** Two accounts with the same openids. Nothing of one may change the other. */
const APPIDS = ['wx00000000000000c1', 'wx00000000000000c2'] as const;

/** Everything that one round needs, made for it alone. */
export class World {
  readonly appids = APPIDS;
  /** The broadcast of the first account, after its creation. */
  broadcastId: string | undefined;
  readonly #stopped = new AbortController();

  private constructor(
    readonly postgres: PostgresStore,
    readonly redis: RedisStore | undefined,
    readonly wechat: WechatProcess,
    readonly service: ServiceProcesses,
    readonly pushes: PushRecorder,
    readonly storeProxies: StoreProxies,
  ) {}

  static async open(plan: Plan, dist: string, dir: string): Promise<World> {
    await mkdir(join(dir, 'redis'), { recursive: true });
    const [wechatPort = 0, redisPort = 0] = await freePorts(2);
    const started: { stop(): Promise<unknown> }[] = [];
    try {
      const postgres = await PostgresStore.start(join(dir, 'postgres'));
      started.push({ stop: () => postgres.close() });
      const redis =
        plan.queue === 'redis'
          ? await RedisStore.start(redisPort, join(dir, 'redis'), join(dir, 'redis.log'))
          : undefined;
      if (redis) started.push(redis);
      const storeProxies = await StoreProxies.open({
        postgres: () => postgres.proxy.port,
        redis: () => redisPort,
      });
      started.push({ stop: () => storeProxies.close() });
      const wechat = new WechatProcess(
        { dist, seed: plan.seed, log: join(dir, 'wechat.log') },
        wechatPort,
        { appid: APPIDS[0], followers: plan.followers, openidSeed: 'people' },
      );
      started.push(wechat);
      await wechat.start();
      const service = await ServiceProcesses.make({
        dist,
        logDir: dir,
        databaseUrl: postgres.serviceUrl,
        redisUrl: redis?.url,
        through: (name, store, url) => storeProxies.of(name as Role, store).inFrontOf(url),
        queuePrefix: 'chaos',
        wechatUrl: wechat.url,
        workers: WORKERS,
      });
      started.push(service);
      const pushes = await PushRecorder.open(service.callbackUrl(APPIDS[0]));
      started.push({ stop: () => pushes.close() });
      const world = new World(postgres, redis, wechat, service, pushes, storeProxies);
      await world.#createAccounts(plan);
      await service.start();
      return world;
    } catch (error) {
      await Promise.allSettled(started.map((one) => one.stop()));
      throw error;
    }
  }

  process(name: Role): SupervisedProcess {
    return this.service.all.find((process) => process.name === name) as SupervisedProcess;
  }

  /** Sleeps, and wakes when the round closes. */
  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => {});
  }

  /** Whether the broadcast of the first account has recipients left and is not held. */
  async canSend(): Promise<boolean> {
    if (this.broadcastId === undefined) return false;
    const { state, counts, holds } = await this.service.admin.broadcast(this.broadcastId);
    return state === 'running' && holds.length === 0 && (counts['pending'] ?? 0) > 0;
  }

  /** Requests the broadcast as the screen of an operator does. The answer must come in the end. */
  async requestFromApi(): Promise<void> {
    if (this.broadcastId !== undefined) await this.service.admin.broadcast(this.broadcastId);
  }

  /** The settings of the account at the service. */
  account(appid: string, plan: Plan): { appid: string; [setting: string]: unknown } {
    return {
      appid,
      name: `chaos ${appid}`,
      secret: '0123456789abcdef0123456789abcdef',
      callbackToken: CALLBACK_TOKEN,
      sendsPerSecond: this.rate(appid, plan),
    };
  }

  /** The most messages that the service may send for the account in a second. */
  rate(appid: string, { perSecond }: Plan): number {
    return appid === APPIDS[0] ? perSecond : Math.max(1, Math.round(perSecond / 4));
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    const stopped = await Promise.allSettled([this.service.stop(), this.wechat.stop()]);
    stopped.push(
      ...(await Promise.allSettled([
        this.pushes.close(),
        this.storeProxies.close(),
        this.redis?.stop(),
        this.postgres.close(),
      ])),
    );
    const failed = stopped.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #createAccounts(plan: Plan): Promise<void> {
    const canary = plan.steps.some(({ phase }) => phase === 'canary');
    for (const appid of APPIDS) {
      await this.wechat.putAccount({
        appid,
        openidSeed: 'people',
        followers: appid === APPIDS[0] ? plan.followers : Math.ceil(plan.followers / 4),
        callback: {
          url: this.pushes.inFrontOf(this.service.callbackUrl(appid)),
          token: CALLBACK_TOKEN,
        },
        population: { left: 0.03, blocking: 0.02, failing: 0.01 },
        sending: { latencyMinMs: 20, latencyMaxMs: 120 },
        reviews: { ...plan.reviews, ...REVIEW_MS },
        receipts: {
          ...plan.receipts,
          shuffle: true,
          delayMinMs: canary ? CANARY_MS : 0,
          delayMaxMs: canary ? CANARY_MS : 500,
          retryDelayMs: 5_000,
        },
      });
    }
  }
}
