import { join } from 'node:path';
import type { LedgerPage, OpenidLedger } from '../../src/simulator/reports/ledger-page.js';
import type { AccountPatch } from '../../src/simulator/settings/account-settings.js';
import { Program } from './program.js';

export interface AccountStats {
  readonly accepted: number;
  readonly duplicates: number;
  readonly callbacks: { readonly ok: number; readonly pending: number; readonly retried: number };
}

/** The simulator in a process of its own, whose processor time is not counted. */
export class WechatProcess {
  readonly #program: Program;
  readonly #port: number;

  #accounts = 0;

  private constructor(program: Program, port: number) {
    this.#program = program;
    this.#port = port;
  }

  static async start(dist: string, dir: string, port: number): Promise<WechatProcess> {
    const program = Program.start({
      name: 'the simulator',
      command: process.execPath,
      args: [join(dist, 'simulator/main.js'), '--port', String(port), '--followers', '1'],
      log: join(dir, 'simulator.log'),
    });
    const wechat = new WechatProcess(program, port);
    await program.waitUntilAnswering(async () => (await fetch(`${wechat.url}/__stats`)).ok);
    return wechat;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pids(): readonly number[] {
    return [this.#program.pid];
  }

  /** Creates an account without quotas. Each send takes `latencyMs`. */
  async createAccount(
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
    if (!template)
      throw new Error(`the simulator should have the template ${TEMPLATE}, and has not`);
    return { ...account, templateId: template.templateId, followers };
  }

  async changeAccount(appid: string, patch: AccountPatch): Promise<void> {
    await this.call('POST', '/__accounts', { appid, ...patch });
  }

  async stats(appid: string): Promise<AccountStats> {
    const accounts = await this.allStats(`?appid=${appid}`);
    const stats = accounts[appid];
    if (!stats) throw new Error(`the simulator should know the account ${appid}, and does not`);
    return stats;
  }

  async allStats(which = ''): Promise<Record<string, AccountStats>> {
    const { accounts } = await this.call<{ accounts: Record<string, AccountStats> }>(
      'GET',
      `/__stats${which}`,
    );
    return accounts;
  }

  /** The first followers of the list: at most 10,000, which is one page of WeChat. */
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

  /** All followers of an account with no more than 100,000. */
  async followers(appid: string): Promise<string[]> {
    const { items } = await this.call<{ items: { openid: string }[] }>(
      'GET',
      `/__followers?appid=${appid}&limit=100000`,
    );
    return items.map(({ openid }) => openid);
  }

  /** What everybody was sent and has seen, by openid. */
  async ledger(appid: string): Promise<Map<string, OpenidLedger>> {
    const all = new Map<string, OpenidLedger>();
    for (let after: string | null = ''; after !== null;) {
      const cursor: string = after === '' ? '' : `&after=${after}`;
      const path = `/__ledger?appid=${appid}&limit=2000${cursor}`;
      const page: LedgerPage = await this.call('GET', path);
      for (const item of page.items) all.set(item.openid, item);
      after = page.next;
    }
    return all;
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
    if (!answer.ok)
      throw new Error(
        `${method} ${path} should answer 2xx, and answered ${answer.status}: ${text}`,
      );
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
