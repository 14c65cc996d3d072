import type { LoggerService } from '@nestjs/common';
import { sql } from 'kysely';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { AccountsApiModule } from '../../support/worlds/api-modules.js';
import { BroadcastApiModule } from '../../../src/broadcast/broadcast.api.module.js';
import { HealthApiModule } from '../../../src/health/health.api.module.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { BroadcastApiWorld } from '../../support/worlds/broadcast-api-world.js';
import { until } from '../../support/stores/redis-process.js';

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: { path: string; code: string; message: string }[];
}

const READER = 'reader-0123456789abcdef';
const BOTH = /[\u4e00-\u9fff].*[a-z]{3}/s;

/** All that is logged, as its fields. */
class Lines implements LoggerService {
  readonly all: Record<string, unknown>[] = [];
  readonly #keep = (fields: unknown): void => {
    if (typeof fields === 'object' && fields !== null) this.all.push({ ...fields });
  };
  readonly log = this.#keep;
  readonly error = this.#keep;
  readonly warn = this.#keep;
  readonly debug = this.#keep;
}

describe('a refusal', () => {
  let api: ApiApp;
  const lines = new Lines();
  beforeAll(async () => {
    api = await startApi([AccountsApiModule, BroadcastApiModule, HealthApiModule]);
    api.app.useLogger(lines);
  });
  afterAll(() => api.close());

  const as = (type: string) => ({
    authorization: `Bearer ${api.adminKey}`,
    'content-type': type,
  });
  const problemOf = async (...call: Parameters<ApiApp['call']>) => {
    const { status, json, headers } = await api.call(...call);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    return { status, headers, ...(json as Problem) };
  };

  it.each([
    ['text/plain', '{"appid":"wx"}'],
    ['application/x-www-form-urlencoded', '{"appid":"wx"}'],
    ['application/x-www-form-urlencoded', 'appid=wx'],
    ['application/xml', '<xml/>'],
  ])(
    'a refusal of a body that comes as %s names the type that it takes: %s',
    async (type, body) => {
      const { status, code, detail } = await problemOf('POST', '/v1/accounts', body, as(type));
      expect([status, code]).toEqual([415, 'unsupported_media_type']);
      expect(detail).toContain('Content-Type: application/json');
      expect(detail).toMatch(BOTH);
    },
  );

  it('a refusal is not for a verb without a body, whatever type it names', async () => {
    const path = '/v1/accounts/wx0123456789abcdef/hold';
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json'])
      expect(await problemOf('POST', path, '', as(type))).toMatchObject({ status: 404 });
  });

  it.each([
    ['PUT', '/v1/accounts/wx0123456789abcdef', 'DELETE, GET, HEAD, PATCH'],
    ['PUT', '/v1/accounts/wx%30?x=/', 'DELETE, GET, HEAD, PATCH'],
    ['DELETE', '/v1/accounts', 'GET, HEAD, POST'],
    ['GET', '/v1/accounts/wx0123456789abcdef/hold', 'POST'],
    ['DELETE', '/login', 'GET, HEAD, POST'],
    ['POST', '/health/live', 'GET, HEAD'],
  ])('a refusal of %s %s names the methods that the path has', async (method, path, allow) => {
    const { status, code, headers, detail } = await problemOf(method, path);
    expect([status, code, headers.get('allow')]).toEqual([405, 'method_not_allowed', allow]);
    expect(detail).toMatch(BOTH);
  });

  it('a refusal tells nobody without a key which paths there are', async () => {
    const known = await api.call('PUT', '/v1/accounts', undefined, {});
    const unknown = await api.call('PUT', '/v1/nothing', undefined, {});
    const publicOne = await api.call('DELETE', '/login', undefined, {});
    for (const { status, headers } of [known, unknown, publicOne])
      expect([status, headers.get('allow')]).toEqual([401, null]);
  });

  it.each([
    ['an unknown address', 'GET', '/v1/nothing', undefined],
    ['a body that is not JSON', 'POST', '/v1/accounts', '{"a":'],
    ['a body with faults', 'POST', '/v1/accounts', '{}'],
    ['a body that is no object', 'POST', '/v1/accounts', '[]'],
    ['a body too large', 'POST', '/login', 'x'.repeat(5_000)],
    ['a body too deep', 'POST', '/v1/accounts', '['.repeat(5_000)],
    ['too many members', 'POST', '/v1/accounts', `[${'1,'.repeat(5_000)}1]`],
    ['an id that is none', 'GET', '/v1/broadcasts/x', undefined],
    ['an address that is none', 'GET', '/v1/%zz', undefined],
  ])('a refusal of %s says so in both languages', async (_, method, path, body) => {
    const { status, detail } = await problemOf(method, path, body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(detail).toMatch(BOTH);
  });

  it('a refusal of nobody says in both languages how to come in', async () => {
    expect((await problemOf('GET', '/v1/accounts', undefined, {})).detail).toMatch(BOTH);
  });

  it.each([
    [{ sendPerSecond: 1 }, 'sendPerSecond', 'sendsPerSecond'],
    [{ start_at: 'x' }, 'start_at', 'startAt'],
    [{ sendHours: { fom: 'x' } }, 'sendHours.fom', 'sendHours.from'],
    [{ audience: { kind: 'openids', open_ids: [] } }, 'audience.open_ids', 'audience.openids'],
  ])(
    'a refusal of a member that nearly is an optional one names that: %j',
    async (body, path, meant) => {
      const { errors = [] } = await problemOf('POST', '/v1/broadcasts', body);
      const zh = `没有这个字段，应为 ${meant}。`;
      const en = `There is no such field: it is called ${meant}.`;
      const fault = { path, code: 'unknown_field', zh, en, message: `${zh} ${en}` };
      expect(errors).toContainEqual(expect.objectContaining(fault));
    },
  );

  it('a refusal is logged with the pattern of its path, its code and the account, and without the path', async () => {
    const appid = 'wx0123456789abcdef';
    lines.all.length = 0;
    await api.call('GET', `/v1/accounts/${appid}`);
    await api.call('PUT', `/v1/accounts/${appid}`);
    await api.call('POST', '/v1/broadcasts', { appid });
    await api.call('POST', '/v1/broadcasts', 'appid', as('text/plain'));
    await api.call('GET', `/v1/no/${appid}`);
    expect(lines.all).toMatchObject([
      { route: '/v1/accounts/:appid', status: 404, code: 'account_not_found', account: appid },
      { route: '/v1/accounts/:appid', status: 405, code: 'method_not_allowed' },
      { route: '/v1/broadcasts', status: 400, code: 'invalid_request', account: appid },
      { route: '/v1/broadcasts', status: 415, code: 'unsupported_media_type' },
      { route: '(none)', status: 404, code: 'route_not_found' },
    ]);
    expect(JSON.stringify(lines.all.slice(-1))).not.toContain(appid);
  });

  it('a refusal of a verb is logged with the account of the broadcast, and so is a verb that was done', async () => {
    const world = await BroadcastApiWorld.open();
    try {
      world.api.app.useLogger(lines);
      const account = await world.account();
      const id = await world.broadcast(account, { oA: { state: 'pending' } });
      lines.all.length = 0;
      await sql`insert into api_key (name, role, hash)
        values ('reader', 'viewer', sha256(${READER}::text::bytea))`.execute(world.db);
      world.api.app.get(ApiKeysService, { strict: false }).forget();
      await world.post(`/v1/broadcasts/${id}/pause`, undefined, {
        authorization: `Bearer ${READER}`,
      });
      await world.post(`/v1/broadcasts/${id}/start`);
      await world.post(`/v1/broadcasts/${id}/pause`);
      await world.api.call('PATCH', `/v1/broadcasts/${id}`, { name: 1 });
      await world.api.call('DELETE', `/v1/broadcasts/${id}`);
      await world.post(`/v1/broadcasts/${id}/cancel`);
      await world.get(`/v1/broadcasts/${id}/deliveries?limit=0`);
      await sql`update broadcast set state = 'draft' where id = ${id}`.execute(world.db);
      await world.api.call('DELETE', `/v1/broadcasts/${id}`);
      await world.post(`/v1/broadcasts/${id}/pause`);
      const told = () =>
        lines.all.filter(({ route }) => String(route).startsWith('/v1/broadcasts'));
      await until('the lines', () => Promise.resolve(told().length === 9));
      const route = (verb: string) => `/v1/broadcasts/:id${verb}`;
      const owner = { account: account.appid };
      // Each is written once its account is known.
      expect(told()).toEqual(
        expect.arrayContaining(
          [
            { route: route('/pause'), status: 403, code: 'permission_required', ...owner },
            { route: route('/start'), status: 200, ...owner },
            { route: route('/pause'), status: 200, ...owner },
            { route: route(''), status: 400, code: 'invalid_request', ...owner },
            { route: route(''), status: 409, code: 'transition_not_allowed', ...owner },
            { route: route('/cancel'), status: 200, ...owner },
            { route: route('/deliveries'), status: 400, code: 'invalid_request', ...owner },
            { route: route(''), status: 204, ...owner },
            { route: route('/pause'), status: 404, code: 'broadcast_not_found' },
          ].map((line) => expect.objectContaining(line) as unknown),
        ),
      );
      expect(JSON.stringify(told())).not.toContain(id);
    } finally {
      await world.close();
    }
  });

  it('a refusal is none for who asks for the health without saying which', async () => {
    expect(await api.call('GET', '/health', undefined, {})).toMatchObject({
      status: 200,
      json: { status: 'ready' },
    });
  });
});
