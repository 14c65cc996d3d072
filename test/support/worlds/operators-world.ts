import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Grant } from '../../../src/access/caller.js';
import { kyselyOn } from '../../../src/database/dialect.js';
import { PasswordHasher } from '../../../src/operators/password/password-hasher.js';
import {
  insertOperator,
  replaceGrants,
} from '../../../src/operators/record/operators.repository.js';
import type { OperatorsTables } from '../../../src/operators/record/operators.tables.js';
import { AccountsApiModule } from './api-modules.js';
import { type Answer, type ApiApp, type ApiAppOptions, startApi } from './api-app.js';

/** Processes of one installation share it. */
const MASTER_KEY = randomBytes(32);

/** Hashing takes its time; all have the same password. */
let hashed: Promise<string> | undefined;

export const PASSWORD = 'correct horse battery';

/** One process with operators, and browsers that come in by login and password. */
export interface OperatorsWorld {
  readonly api: ApiApp;
  readonly db: pg.Client;
  /** A browser of its own: it keeps the cookie that it is given. */
  browser(): Browser;
  /** Somebody with the password `PASSWORD`, in a browser of their own. */
  person(login: string, grants: readonly Grant[]): Promise<Browser>;
  account(appid: string): Promise<void>;
  close(): Promise<void>;
}

export class Browser {
  cookie = '';
  /** Of the operator that has come in by it. */
  id = 0;
  readonly #api: ApiApp;

  constructor(api: ApiApp) {
    this.#api = api;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.#api.call(method, path, body, {
      ...(this.cookie !== '' && { cookie: this.cookie }),
      'sec-fetch-site': 'same-origin',
      'user-agent': 'Browser/1.0',
      ...headers,
    });
    const [set] = answer.headers.getSetCookie();
    if (set !== undefined) this.cookie = set.split(';')[0] ?? '';
    return answer;
  }

  logIn(login: string, password = PASSWORD, code?: string): Promise<Answer> {
    return this.call('POST', '/v1/login', { login, password, ...(code && { code }) });
  }
}

export async function operatorsWorld(options: ApiAppOptions = {}): Promise<OperatorsWorld> {
  const api = await startApi([AccountsApiModule], { masterKeys: [MASTER_KEY], ...options });
  const db = new pg.Client({ connectionString: api.databaseUrl });
  await db.connect();
  const kysely = kyselyOn<OperatorsTables>(
    new pg.Pool({ connectionString: api.databaseUrl, max: 1 }),
  );
  return {
    api,
    db,
    browser: () => new Browser(api),
    person: async (login, grants) => {
      const passwordHash = await (hashed ??= new PasswordHasher().hash(PASSWORD));
      const person = { login, name: login, locale: 'zh', passwordHash } as const;
      const id = await insertOperator(kysely, { ...person, mustChangePassword: false });
      if (id === undefined) throw new Error(`the login ${login} is taken`);
      await replaceGrants(kysely, id, grants);
      const browser = new Browser(api);
      browser.id = id;
      const { status, text } = await browser.logIn(login);
      if (status !== 200) throw new Error(`${login}: ${text}`);
      return browser;
    },
    account: async (appid) => {
      const account = {
        appid,
        kind: 'service',
        name: appid,
        secret: 'secret',
        callbackToken: 'token123',
        callbackMode: 'plain',
      };
      const { status, text } = await api.call('POST', '/v1/accounts', account);
      if (status !== 201) throw new Error(text);
    },
    close: async () => {
      await kysely.destroy();
      await db.end();
      await api.close();
    },
  };
}
