import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Pool } from 'undici';
import { type PlainServiceSettings, SETTINGS } from './settings.js';

/** A token is fetched anew so long before WeChat lets it expire. */
const MARGIN_SECONDS = 300;
/** So long a process believes what Redis said, instead of asking before each send. */
const BELIEVED_MS = 5_000;

/** The access token, shared by all processes in Redis. `stable_token` gives each who asks the same one. */
@Injectable()
export class AccessToken implements OnApplicationShutdown {
  readonly #settings: PlainServiceSettings;
  readonly #pool: Pool;
  readonly #redis: Redis;
  readonly #key: string;
  #held: { readonly token: Promise<string>; readonly until: number } | undefined;

  constructor(@Inject(SETTINGS) settings: PlainServiceSettings, pool: Pool) {
    this.#settings = settings;
    this.#pool = pool;
    this.#redis = new Redis(settings.redisUrl);
    this.#key = `token:${settings.appid}`;
  }

  get(): Promise<string> {
    if (this.#held && this.#held.until > Date.now()) return this.#held.token;
    const token = this.#shared();
    this.#held = { token, until: Date.now() + BELIEVED_MS };
    token.catch(() => (this.#held = undefined));
    return token;
  }

  /** WeChat has refused the token. */
  async drop(): Promise<void> {
    this.#held = undefined;
    await this.#redis.del(this.#key);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#redis.quit();
  }

  async #shared(): Promise<string> {
    return (await this.#redis.get(this.#key)) ?? this.#fetch();
  }

  async #fetch(): Promise<string> {
    const { appid, secret } = this.#settings;
    const answer = await this.#pool.request({
      method: 'POST',
      path: '/cgi-bin/stable_token',
      body: JSON.stringify({ grant_type: 'client_credential', appid, secret }),
    });
    const { access_token: token, expires_in: seconds } = (await answer.body.json()) as {
      access_token?: string;
      expires_in?: number;
    };
    if (token === undefined || seconds === undefined) throw new Error('WeChat gave no token');
    await this.#redis.set(this.#key, token, 'EX', Math.max(1, seconds - MARGIN_SECONDS));
    return token;
  }
}
