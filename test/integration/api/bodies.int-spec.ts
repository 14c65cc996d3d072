import { request } from 'node:http';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { BroadcastApiModule } from '../../../src/broadcast/broadcast.api.module.js';

let api: ApiApp;
beforeAll(async () => {
  api = await startApi([BroadcastApiModule]);
});
afterAll(() => api.close());

const members = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i])));

describe('a body', () => {
  it('a body of more than 4 KiB is not read for a login, whatever its kind', async () => {
    const form = `key=${'x'.repeat(5_000)}`;
    for (const [type, body] of [
      ['application/json', members(100_000)],
      ['application/x-www-form-urlencoded', form],
    ] as const) {
      const { status, json } = await api.call('POST', '/login', body, { 'content-type': type });
      expect({ type, status, json }).toMatchObject({
        status: 413,
        json: { code: 'body_too_large' },
      });
    }
  });

  it('a body of a login that is full of members is refused in few words', async () => {
    const body = members(380);
    const { status, json, text } = await api.call('POST', '/login', body, {});

    expect(status).toBe(400);
    expect((json as { errors: unknown[] }).errors).toHaveLength(20);
    expect(text.length).toBeLessThan(body.length);
  });

  it.each([
    ['100,000 members', members(100_000), 'body_too_many'],
    ['5,000 levels', `{"fields":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'body_too_deep'],
    ['a list where none is taken', `{"fields":[${'1,'.repeat(5_000)}1]}`, 'body_too_many'],
  ])('a body of %s is refused from anybody', async (_, body, code) => {
    const { status, json } = await api.call('POST', '/v1/broadcasts', body);

    expect({ status, json }).toMatchObject({ status: 413, json: { code } });
  });

  it.each([
    ['no JSON', '{"a":', 'invalid_json'],
    ['nothing', '', 'invalid_request'],
  ])('a body that is %s is refused as such', async (_, body, code) => {
    const { status, json } = await api.call('POST', '/v1/broadcasts', body);
    expect({ status, json }).toMatchObject({ status: 400, json: { code } });
  });

  it('a body with members that would change what objects are is refused', async () => {
    const { status } = await api.call('POST', '/v1/broadcasts', '{"__proto__":{"a":1}}');
    expect(status).toBe(400);
  });

  it('a body with a list of 330,000 openids has each of them looked at, and is answered with the wrong one', async () => {
    const openids = Array.from({ length: 330_000 }, (_, i) => `o${String(i).padStart(27, '0')}`);
    openids[329_998] = 'no openid!';
    const body = {
      appid: 'wx1',
      templateId: 't',
      fields: {},
      audience: { kind: 'openids', openids },
    };
    const { json, status } = await api.call('POST', '/v1/broadcasts', body);

    // The account is asked for first: that the list got so far is what counts here.
    expect({ status, json }).toMatchObject({ status: 404 });
  });

  it('a body whose client has left is not worked on', async () => {
    const sent = request(`${api.url}/v1/broadcasts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.adminKey}`, 'content-type': 'application/json' },
    });
    sent.on('error', () => {});
    sent.write('{"fields":[');
    sent.destroy();
    // The service is there for others.
    expect((await api.call('GET', '/v1/broadcasts')).status).toBe(200);
  });
});
