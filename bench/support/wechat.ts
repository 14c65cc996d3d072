import { join } from 'node:path';
import type { AccountPatch } from '../../src/simulator/settings/account-settings.js';
import { Program } from './program.js';

export interface AccountBooks {
  readonly accepted: number;
  readonly duplicates: number;
  readonly callbacks: { readonly ok: number; readonly pending: number; readonly retried: number };
}

/** The pretended WeChat, in a process of its own whose processor time counts for nobody. */
export class Wechat {
  readonly #program: Program;
  readonly #port: number;

  #accounts = 0;

  private constructor(program: Program, port: number) {
    this.#program = program;
    this.#port = port;
  }

  static async start(dist: string, dir: string, port: number): Promise<Wechat> {
    const program = Program.start({
      name: 'the simulator',
      command: process.execPath,
      args: [join(dist, 'simulator/main.js'), '--port', String(port), '--followers', '1'],
      log: join(dir, 'simulator.log'),
    });
    const wechat = new Wechat(program, port);
    await program.answers(async () => (await fetch(`${wechat.url}/__stats`)).ok);
    return wechat;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pids(): readonly number[] {
    return [this.#program.pid];
  }

  /** A new account without quotas, whose sends take so long. */
  async account(
    followers: number,
    latencyMs: number,
    patch: AccountPatch = {},
  ): Promise<WechatAccount> {
    const number = ++this.#accounts;
    const account = {
      appid: `wxbe${String(number).padStart(14, '0')}`,
      secret: '0123456789abcdef0123456789abcdef',
    };
    const { templates } = await this.call<{ templates: { templateId: string; title: string }[] }>(
      'POST',
      '/__accounts',
      {
        ...account,
        followers,
        ...patch,
        sending: {
          latencyMinMs: latencyMs,
          latencyMaxMs: latencyMs,
          dailyLimit: 1_000_000_000,
          minuteLimit: 1_000_000_000,
        },
      } satisfies AccountPatch,
    );
    const template = templates.find(({ title }) => title === TEMPLATE);
    if (!template) throw new Error(`the simulator lacks the template ${TEMPLATE}`);
    return { ...account, templateId: template.templateId, followers };
  }

  async change(appid: string, patch: AccountPatch): Promise<void> {
    await this.call('POST', '/__accounts', { appid, ...patch });
  }

  async books(appid: string): Promise<AccountBooks> {
    const accounts = await this.allBooks(`?appid=${appid}`);
    const books = accounts[appid];
    if (!books) throw new Error(`the simulator has no books of ${appid}`);
    return books;
  }

  async allBooks(which = ''): Promise<Record<string, AccountBooks>> {
    const { accounts } = await this.call<{ accounts: Record<string, AccountBooks> }>(
      'GET',
      `/__stats${which}`,
    );
    return accounts;
  }

  /** So many followers from the head of the list, at most a page of WeChat's (10,000). */
  async firstOpenids({ appid, secret }: WechatAccount, count: number): Promise<string[]> {
    const { access_token } = await this.call<{ access_token: string }>(
      'POST',
      '/cgi-bin/stable_token',
      { grant_type: 'client_credential', appid, secret },
    );
    const { data } = await this.call<{ data: { openid: string[] } }>(
      'GET',
      `/cgi-bin/user/get?access_token=${access_token}`,
    );
    return data.openid.slice(0, count);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}

const TEMPLATE = '活动报名成功通知';

export interface WechatAccount {
  readonly appid: string;
  readonly secret: string;
  readonly templateId: string;
  readonly followers: number;
}
