import {
  AccountsApiModule,
  TemplatesApiModule,
  FollowersApiModule,
} from '../../support/worlds/api-modules.js';
import { BroadcastApiModule } from '../../../src/broadcast/broadcast.api.module.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

interface Problem {
  readonly code: string;
  readonly errors?: { path: string; code: string }[];
}

describe('a request', () => {
  let api: ApiApp;
  beforeAll(async () => {
    api = await startApi([
      AccountsApiModule,
      BroadcastApiModule,
      FollowersApiModule,
      TemplatesApiModule,
    ]);
  });
  afterAll(() => api.close());

  const routes = (...methods: string[]) =>
    api.routes.filter(
      ({ method, pattern }) => methods.includes(method) && pattern.startsWith('/v1/'),
    );
  const filled = (pattern: string, text: string) => pattern.replaceAll(/:[a-zA-Z]+/g, text);

  it('a request without a body that says it has one of JSON is no broken JSON: every verb and DELETE takes it', async () => {
    const headers = {
      authorization: `Bearer ${api.adminKey}`,
      'content-type': 'application/json',
    };
    const walked = routes('POST', 'DELETE', 'PATCH');
    expect(walked.length).toBeGreaterThan(10);
    for (const { method, pattern } of walked) {
      const path = filled(pattern, '01a1fd53-d08b-7b9a-9dc4-315fa4a91997');
      const { json, status } = await api.call(method, path, undefined, headers);
      expect([method, path, (json as Problem | undefined)?.code]).not.toContain('invalid_json');
      expect([method, path, status >= 500]).toEqual([method, path, false]);
    }
  });

  it('a request that lacks a member says so, and one that is written otherwise is told its name', async () => {
    const { json } = await api.call('POST', '/v1/broadcasts', {
      appid: 'wx0000000000000001',
      template_id: 'x',
      audience: { kind: 'all' },
    });
    expect(json).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({
          path: 'template_id',
          code: 'unknown_field',
          message:
            '没有这个字段，应为 templateId。 There is no such field: it is called templateId.',
        }),
        expect.objectContaining({
          path: 'templateId',
          code: 'required',
          message: expect.stringMatching(
            /^缺少 templateId（.*）。 templateId is required/,
          ) as string,
        }),
      ]) as unknown,
    });
  });

  it('a request with a NUL in its path or query is refused, and nobody has to act', async () => {
    const walked = routes('GET', 'POST', 'DELETE').filter(({ pattern }) => pattern.includes(':'));
    expect(walked.length).toBeGreaterThan(10);
    for (const { method, pattern } of walked) {
      const { status, json } = await api.call(method, `${filled(pattern, 'a%00b')}`);
      expect([method, pattern, status < 500, (json as Problem).code]).toEqual([
        method,
        pattern,
        true,
        expect.stringMatching(/^[a-z_]+$/),
      ]);
    }
  });
});

describe('fields that are called as every object’s own members', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
    account = await world.account();
  });
  afterAll(() => world.close());

  const create = (fields: string) =>
    world.api.call(
      'POST',
      '/v1/broadcasts',
      `{"appid":"${account.appid}","templateId":"${TEMPLATE}","audience":{"kind":"openids","openids":["oA"]},
        "fields":{"thing1":"甲","time2":"8:00",${fields}}}`,
    );

  it.each(['toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'])(
    'fields that are called as every object’s own members are refused like any unknown one: %s',
    async (name) => {
      expect(await create(`"${name}":"x"`)).toMatchObject({
        status: 422,
        json: { errors: [{ path: `fields.${name}`, code: 'field_unknown' }] },
      });
    },
  );

  it.each(['constructor', 'prototype'])(
    'fields that are called as every object’s own members are refused wherever they stand: %s',
    async (name) => {
      expect(await create(`"${name}":"x"`)).toMatchObject({
        status: 400,
        json: { errors: [{ path: `fields.${name}`, code: 'unknown_field' }] },
      });
      const { json } = await world.post('/v1/messages', { miniprogram: { [name]: 1 } });
      expect(json).toMatchObject({
        errors: [{ path: `miniprogram.${name}`, code: 'unknown_field' }],
      });
    },
  );

  it('fields that are called as every object’s own members are no body at all when they name a prototype', async () => {
    const { status } = await create('"__proto__":"x"');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  it('fields that are called as every object’s own members with a NUL in any text of the body are refused, and nobody has to act', async () => {
    const nul = String.raw`\u0000`;
    for (const body of [`"thing1":"a${nul}"`, `"a${nul}b":"x"`]) {
      const { status } = await create(body);
      expect([body, status]).toEqual([body, 422]);
    }
    for (const [path, body] of [
      ['/v1/broadcasts', `{"appid":"a${nul}"}`],
      [
        '/v1/broadcasts',
        `{"appid":"${account.appid}","templateId":"${TEMPLATE}","name":"a${nul}","fields":{"thing1":"甲","time2":"8:00"},"audience":{"kind":"all"}}`,
      ],
      [
        '/v1/messages',
        `{"appid":"${account.appid}","templateId":"${TEMPLATE}","dedupeKey":"a${nul}","fields":{"thing1":"甲","time2":"8:00"},"openid":"oA"}`,
      ],
    ] as const) {
      const { status } = await world.api.call('POST', path, body);
      expect([path, status]).toEqual([path, 400]);
    }
  });
});
