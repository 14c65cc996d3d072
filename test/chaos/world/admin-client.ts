import { retryUntilAnswered, RequestRefused } from './polling.js';

/** The API may be away for so long, because everything restarts and the database stops at times. */
const TIMEOUT_MS = 150_000;
const REQUEST_TIMEOUT_MS = 10_000;

/** The part of a broadcast that the run reads from the API. */
export interface BroadcastView {
  readonly id: string;
  readonly state: string;
  readonly expanded: boolean;
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly receiptsOpen: number;
  readonly holds: readonly { readonly reason: string; readonly detail?: string }[];
  readonly errors: readonly { readonly errcode: number; readonly count: number }[];
}

/** A patient client of the admin API. It retries until the API answers. */
export class AdminClient {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  get<T>(path: string): Promise<T> {
    return this.#call('GET', path);
  }

  post<T>(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    return this.#call('POST', path, body, headers);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call('PATCH', path, body);
  }

  broadcast(id: string): Promise<BroadcastView> {
    return this.get(`/v1/broadcasts/${id}`);
  }

  /** Adds an account, and syncs its templates and followers. */
  async addAccount(account: { readonly appid: string; readonly [setting: string]: unknown }) {
    const path = `/v1/accounts/${account.appid}`;
    await this.post('/v1/accounts', { kind: 'service', callbackMode: 'plain', ...account });
    await this.post(`${path}/templates/sync`);
    await this.post(`${path}/followers/sync`);
    await retryUntilAnswered('the followers of the account', TIMEOUT_MS, async () => {
      const { state } = await this.get<{ state: string }>(`${path}/followers/sync`);
      if (state !== 'done') throw new Error(`the sync should be done, and is ${state}`);
    });
    const { items } = await this.get<{ items: { templateId: string; title: string }[] }>(
      `${path}/templates`,
    );
    const template = items.find(({ title }) => title === '活动报名成功通知');
    if (!template)
      throw new Error('the simulator should have the template 活动报名成功通知, and has not');
    return template.templateId;
  }

  #call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    return retryUntilAnswered(`${method} ${path}`, TIMEOUT_MS, async () => {
      const answer = await fetch(`${this.#url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      const text = await answer.text();
      if (answer.status >= 500)
        throw new Error(`it should answer 2xx, and answered ${answer.status}: ${text}`);
      if (!answer.ok)
        throw new RequestRefused(`it should answer 2xx, and answered ${answer.status}: ${text}`);
      return JSON.parse(text) as T;
    });
  }
}
