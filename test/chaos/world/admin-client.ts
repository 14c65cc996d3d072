import { retryUntilAnswered, RequestRefused } from './polling.js';

/** How long the API may be away: a restart of everything and a stopped database come and go. */
const TIMEOUT_MS = 150_000;
const REQUEST_TIMEOUT_MS = 10_000;

/** A broadcast as the API shows it, as far as the run reads it. */
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

/** The admin API as a patient client uses it: asked again until it answers. */
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

  /** A new account, its templates and its followers are on record. */
  async addAccount(account: { readonly appid: string; readonly [setting: string]: unknown }) {
    const path = `/v1/accounts/${account.appid}`;
    await this.post('/v1/accounts', { kind: 'service', callbackMode: 'plain', ...account });
    await this.post(`${path}/templates/sync`);
    await this.post(`${path}/followers/sync`);
    await retryUntilAnswered('the followers of the account', TIMEOUT_MS, async () => {
      const { state } = await this.get<{ state: string }>(`${path}/followers/sync`);
      if (state !== 'done') throw new Error(`the sync is ${state}`);
    });
    const { items } = await this.get<{ items: { templateId: string; title: string }[] }>(
      `${path}/templates`,
    );
    const template = items.find(({ title }) => title === '活动报名成功通知');
    if (!template) throw new Error('the pretended account lacks the template');
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
      if (answer.status >= 500) throw new Error(`answered ${answer.status}: ${text}`);
      if (!answer.ok) throw new RequestRefused(`answered ${answer.status}: ${text}`);
      return JSON.parse(text) as T;
    });
  }
}
