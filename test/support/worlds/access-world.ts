import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { ProductWorld } from './product-world.js';

/** How somebody is told apart: by a key, or by a cookie on a page of ours. */
export type Credential = Readonly<Record<string, string>>;

export interface Route {
  readonly method: string;
  /** As the router has it, `:name` for a parameter. */
  readonly pattern: string;
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

/** A service with two accounts, and people and keys that have some role on one of them or on all. */
export class AccessWorld {
  readonly #db: pg.Client;

  private constructor(
    readonly product: ProductWorld,
    /** Another account than the world's first. */
    readonly otherAppid: string,
    db: pg.Client,
  ) {
    this.#db = db;
  }

  static async open(): Promise<AccessWorld> {
    const product = await ProductWorld.open(
      { name: 'PostgreSQL' },
      { followers: 3 },
      { CONSOLE: 'on' },
    );
    await product.ready();
    const otherAppid = `wx${randomBytes(8).toString('hex')}`;
    await product.expect(201, 'POST', '/v1/accounts', {
      appid: otherAppid,
      secret: 'f'.repeat(32),
      kind: 'service',
      name: 'other',
      callbackMode: 'plain',
      callbackToken: 'callbacktoken2',
    });
    const db = new pg.Client({ connectionString: product.databaseUrl });
    await db.connect();
    return new AccessWorld(product, otherAppid, db);
  }

  async close(): Promise<void> {
    await this.#db.end();
    await this.product.close();
  }

  /** A key with a role on these accounts, or on all; `change` is SQL that is done to it afterwards. */
  async key(role: string, appids: readonly string[] | null, change?: string): Promise<Credential> {
    const key = randomBytes(32).toString('base64url');
    const { rows } = await this.#db.query<{ id: number }>(
      `insert into api_key (name, hash) values ($1, $2) returning id`,
      [`${role} ${randomBytes(4).toString('hex')}`, sha256(key)],
    );
    const id = rows[0]?.id ?? 0;
    await this.#grant('api_key_id', id, role, appids);
    if (change !== undefined)
      await this.#db.query(`update api_key set ${change} where id = $1`, [id]);
    this.product.forgetKeys();
    return { authorization: `Bearer ${key}` };
  }

  /** Somebody with a role on these accounts, or on all, who has logged in. */
  async operator(
    role: string,
    appids: readonly string[] | null,
    change?: string,
  ): Promise<Credential> {
    const name = `${role}-${randomBytes(4).toString('hex')}`;
    const { rows } = await this.#db.query<{ id: number }>(
      `insert into operator (login, name) values ($1, $1) returning id`,
      [name],
    );
    const id = rows[0]?.id ?? 0;
    await this.#grant('operator_id', id, role, appids);
    const token = randomBytes(32).toString('base64url');
    await this.#db.query(
      `insert into session (hash, operator_id, expires_at) values ($1, $2, clock_now() + interval '1 hour')`,
      [sha256(token), id],
    );
    if (change !== undefined)
      await this.#db.query(`update operator set ${change} where id = $1`, [id]);
    const { host } = new URL(this.product.url);
    return { cookie: `weicast_session=${token}`, origin: `http://${host}` };
  }

  async #grant(
    holder: string,
    id: number,
    role: string,
    appids: readonly string[] | null,
  ): Promise<void> {
    for (const appid of appids ?? [null]) {
      await this.#db.query(
        `insert into role_grant (${holder}, account_id, role)
         values ($1, (select id from account where appid = $2), $3)`,
        [id, appid, role],
      );
    }
  }

  /** All that the router knows, HEAD aside, which is what GET is. */
  get routes(): Route[] {
    return this.product.patterns().filter(({ method }) => method !== 'HEAD');
  }

  /** The answer, but of a stream only that it begins. */
  async ask(
    { method, pattern: path }: Route,
    headers: Credential,
    body?: unknown,
  ): Promise<Answered> {
    const end = new AbortController();
    const answer = await fetch(`${this.product.url}${path}`, {
      method,
      redirect: 'manual',
      signal: end.signal,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      end.abort();
      return { status: answer.status, text: '' };
    }
    return { status: answer.status, text: await answer.text() };
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
