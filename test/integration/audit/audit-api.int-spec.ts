import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { AuditController } from '../../../src/audit/audit.controller.js';
import { AuditModule } from '../../../src/audit/audit.module.js';
import { AccountsApiModule } from '../../support/worlds/api-modules.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { Module } from '@nestjs/common';

const [ONE, TWO, THREE] = ['wx0000000000000001', 'wx0000000000000002', 'wx0000000000000003'];

@Module({ imports: [AuditModule], controllers: [AuditController] })
class AuditApiModule {}

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: number | null; readonly name: string };
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string };
  readonly appid: string | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}
interface Entries {
  readonly items: readonly Entry[];
  readonly next: string | null;
}

describe('the audit, over HTTP', () => {
  let api: ApiApp;
  let db: pg.Client;
  beforeAll(async () => {
    api = await startApi([AccountsApiModule, AuditApiModule]);
    db = new pg.Client({ connectionString: api.databaseUrl });
    await db.connect();
    for (const appid of [ONE, TWO, THREE])
      expect(
        await api.call('POST', '/v1/accounts', {
          appid,
          kind: 'service',
          name: `of ${appid}`,
          secret: 's3cr3t'.repeat(5) + '00',
          callbackToken: 'callbackT0ken',
          callbackMode: 'plain',
        }),
      ).toMatchObject({ status: 201 });
    for (const appid of [ONE, TWO]) await api.call('POST', `/v1/accounts/${appid}/hold`);
    await api.call('PATCH', `/v1/accounts/${ONE}`, {
      name: '=cmd|calc',
      callbackToken: 'another1',
    });
    await api.call('POST', `/v1/accounts/${ONE}/hold`); // held already
  });
  afterAll(async () => {
    await db.end();
    await api.close();
  });

  const list = async (query = '', headers?: Record<string, string>): Promise<Entries> => {
    const { status, json } = await api.call('GET', `/v1/audit${query}`, undefined, headers);
    expect({ status, json }).toMatchObject({ status: 200 });
    return json as Entries;
  };
  const said = ({ items }: Entries) => items.map(({ action, appid }) => `${action} ${appid}`);

  /** A key of an admin of these accounts alone, or of all. */
  async function admin(appids: readonly string[] | null) {
    const key = randomBytes(32).toString('base64url');
    const { rows } = await db.query<{ id: number }>(
      `insert into api_key (name, hash) values ($1, $2) returning id`,
      [key.slice(0, 8), createHash('sha256').update(key).digest()],
    );
    for (const appid of appids ?? [null])
      await db.query(
        `insert into role_grant (api_key_id, account_id, role)
         values ($1, (select id from account where appid = $2), 'admin')`,
        [rows[0]?.id, appid],
      );
    api.app.get(ApiKeysService, { strict: false }).forget();
    return { authorization: `Bearer ${key}` };
  }

  it('the audit lists who did what to what, the newest first, without a secret', async () => {
    const { items, next } = await list();
    expect(next).toBeNull();
    expect(said({ items, next })).toEqual([
      `account.change ${ONE}`,
      `account.hold ${TWO}`,
      `account.hold ${ONE}`,
      `account.create ${THREE}`,
      `account.create ${TWO}`,
      `account.create ${ONE}`,
    ]);
    expect(items[0]).toMatchObject({
      actor: { kind: 'key', name: 'bootstrap' },
      ip: '127.0.0.1',
      what: { code: 'account.change', zh: '修改公众号', en: 'changed the account' },
      target: { kind: 'account', id: ONE },
      before: { name: `of ${ONE}`, callbackToken: '(changed)', callbackTokenPrevious: null },
      after: { name: '=cmd|calc', callbackToken: '(changed)', callbackTokenPrevious: '(changed)' },
      requestId: expect.any(String) as string,
    });
    expect(JSON.stringify(items)).not.toMatch(/s3cr3t|T0ken|another1/);
  });

  it('the audit is asked by actor, action, target, account and time, and by all of them together', async () => {
    const me = (await list()).items[0]?.actor.id;
    expect(await list(`?actor=key:${me}`).then(said)).toHaveLength(6);
    expect(await list('?actor=key').then(said)).toHaveLength(6);
    expect(await list('?actor=system').then(said)).toEqual([]);
    expect(await list('?actor=operator:1').then(said)).toEqual([]);
    expect(await list('?action=account.hold').then(said)).toEqual([
      `account.hold ${TWO}`,
      `account.hold ${ONE}`,
    ]);
    expect(await list(`?target=account:${TWO}`).then(said)).toEqual([
      `account.hold ${TWO}`,
      `account.create ${TWO}`,
    ]);
    expect(await list('?target=account').then(said)).toHaveLength(6);
    expect(await list(`?appid=${THREE}`).then(said)).toEqual([`account.create ${THREE}`]);
    const { items } = await list('?action=account.hold');
    const [second, first] = items.map(({ at }) => encodeURIComponent(at));
    expect(await list(`?from=${first}&to=${second}`).then(said)).toEqual([`account.hold ${ONE}`]);
    expect(
      await list(
        `?actor=key:${me}&action=account.hold&target=account:${ONE}&appid=${ONE}&from=1970-01-01`,
      ).then(said),
    ).toEqual([`account.hold ${ONE}`]);
  });

  it('a filter of the audit that is not understood is refused by name', async () => {
    for (const [query, path] of [
      ['?actor=Li', 'actor'],
      ['?action=account.none', 'action'],
      ['?target=planet:1', 'target'],
      ['?from=yesterday', 'from'],
    ])
      expect(await api.call('GET', `/v1/audit${query}`)).toMatchObject({
        status: 400,
        json: { errors: [{ path }] },
      });
    for (const path of ['/v1/audit', '/v1/audit.csv'])
      expect(await api.call('GET', `${path}?after=nonsense`)).toMatchObject({
        status: 400,
        json: { code: 'cursor_invalid' },
      });
  });

  it('pages of the audit meet every entry once, with a filter and for an admin of some accounts too', async () => {
    const all = (await list()).items.map(({ id }) => id);
    const walked = async (query: string, headers?: Record<string, string>) => {
      const met: string[] = [];
      for (let next: string | null = ''; next !== null;) {
        const page: Entries = await list(`?limit=1${query}${next && `&after=${next}`}`, headers);
        met.push(...page.items.map(({ id }) => id));
        next = page.next;
      }
      return met;
    };
    expect(await walked('')).toEqual(all);
    const holds = (await list('?action=account.hold')).items.map(({ id }) => id);
    expect(await walked('&action=account.hold&actor=key')).toEqual(holds);
    expect(await walked('&action=account.hold', await admin([ONE, TWO]))).toEqual(holds);
  });

  it('an admin of some accounts sees the audit of those, and of nothing else', async () => {
    const some = await admin([ONE, THREE]);
    expect(await list('', some).then(said)).toEqual([
      `account.change ${ONE}`,
      `account.hold ${ONE}`,
      `account.create ${THREE}`,
      `account.create ${ONE}`,
    ]);
    expect(await list(`?target=account:${TWO}`, some).then(said)).toEqual([]);
    expect(await list('?actor=key', some).then(said)).toHaveLength(4);
    expect(await api.call('GET', `/v1/audit?appid=${TWO}`, undefined, some)).toMatchObject({
      status: 404,
    });
    await db.query(
      `insert into audit_entry (id, at, actor_kind, actor_name, action, target_kind, target_id)
       values (gen_random_uuid(), now(), 'system', 'system', 'operator.create', 'operator', '1')`,
    );
    expect(await list('?action=operator.create').then(said)).toEqual(['operator.create null']);
    expect(await list('?action=operator.create', some).then(said)).toEqual([]);
    await db.query(`delete from audit_entry where action = 'operator.create'`);
  });

  it('the audit as CSV is safe in a spreadsheet, and is itself in the audit', async () => {
    const { status, text, headers } = await api.call(
      'GET',
      '/v1/audit.csv?bom=1&lang=zh&action=account.change',
    );
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="weicast-audit.csv"');
    const [header, row, ...others] = text.split('\r\n');
    expect(header).toMatch(/^\u{feff}?时间,操作者类型,/u);
    expect(row).toContain(',修改公众号,');
    expect(others).toEqual(['']);
    const { items } = await list('?action=audit.export');
    expect(items).toMatchObject([{ after: { action: 'account.change' }, target: { id: 'csv' } }]);
  });

  it('a cell of the CSV that a spreadsheet would take for a formula begins with an apostrophe', async () => {
    await db.query(
      `update audit_entry set actor_name = '=cmd|calc', reason = '@sum(1)' where action = 'account.change'`,
    );
    const { text } = await api.call('GET', '/v1/audit.csv?action=account.change');
    expect(text.startsWith('at,actor_kind,')).toBe(true);
    expect(text).toContain(`,'=cmd|calc,`);
    expect(text).toContain(`,'@sum(1),`);
  });
});
