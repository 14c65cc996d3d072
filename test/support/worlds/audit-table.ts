import { randomBytes } from 'node:crypto';
import type { AuditAction } from '../../../src/audit/record/actions.js';
import { stepAt, totp } from '../../../src/operators/second-factor/totp.js';
import type { ProductWorld } from './product-world.js';

export interface Changing {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** In place of a body as JSON: a file. */
  readonly file?: string;
  readonly headers?: Record<string, string>;
}

export interface Audited {
  readonly action: AuditAction;
  /** Makes what is to be changed, and says how it is changed. */
  readonly prepare: (world: ProductWorld) => Promise<Changing>;
  /** Whether the same once more is answered well and changes nothing. */
  readonly again?: 'nothing' | undefined;
}

type Body = Record<string, unknown> | undefined;

const on = (
  route: string,
  action: AuditAction,
  body: (world: ProductWorld) => Body | Promise<Body> = () => undefined,
  again?: 'nothing',
): [string, Audited] => {
  const [method = '', pattern = ''] = route.split(' ');
  const prepare = async (world: ProductWorld): Promise<Changing> => {
    const given = await body(world);
    return {
      method,
      path: pattern.replace(':appid', world.appid).replace(':openid', world.openid(1)),
      ...(given && { body: given }),
    };
  };
  return [route, { action, prepare, again }];
};

/** Of a thing with an id, which `make` brings to where the verb can be said. */
const ofThing = (
  route: string,
  action: AuditAction,
  make: (world: ProductWorld) => Promise<string>,
  { body, again }: { body?: Body; again?: 'nothing' } = {},
): [string, Audited] => {
  const [method = '', pattern = ''] = route.split(' ');
  const prepare = async (world: ProductWorld): Promise<Changing> => ({
    method,
    path: pattern.replace(':id', await make(world)),
    ...(body && { body }),
  });
  return [route, { action, prepare, again }];
};

const newAppid = (): string => `wx${randomBytes(8).toString('hex')}`;
const account = (appid: string) => ({
  appid,
  kind: 'service',
  name: 'another',
  secret: 'f'.repeat(32),
  callbackMode: 'plain',
  callbackToken: 'callbacktoken2',
});
const anAccount = async (world: ProductWorld, change: object = {}): Promise<string> => {
  const appid = newAppid();
  await world.expect(201, 'POST', '/v1/accounts', { ...account(appid), ...change });
  return appid;
};
const ofAccount = (
  route: string,
  action: AuditAction,
  {
    first,
    body,
    again,
    kind,
  }: { first?: string; body?: Body; again?: 'nothing'; kind?: string } = {},
): [string, Audited] => {
  const [method = '', pattern = ''] = route.split(' ');
  const prepare = async (world: ProductWorld): Promise<Changing> => {
    const appid = await anAccount(world, kind === undefined ? {} : { kind });
    const path = pattern.replace(':appid', appid);
    if (first !== undefined) await world.expect(200, 'POST', `/v1/accounts/${appid}/${first}`);
    return { method, path, ...(body && { body }) };
  };
  return [route, { action, prepare, again }];
};

const ofTag = (
  route: string,
  action: AuditAction,
  body?: Body,
  again?: 'nothing',
): [string, Audited] => {
  const [method = '', pattern = ''] = route.split(' ');
  const prepare = async (world: ProductWorld): Promise<Changing> => {
    const tags = `/v1/accounts/${world.appid}/tags`;
    const { json } = await world.expect(201, 'POST', tags, { name: newAppid() });
    const path = pattern.replace(':appid', world.appid).replace(':tagId', json.id);
    return { method, path, ...(body && { body }) };
  };
  return [route, { action, prepare, again }];
};

const inAWeek = (): string => new Date(Date.now() + 7 * 86_400_000).toISOString();
const draft = (world: ProductWorld): Promise<string> => world.broadcast({ draft: true });
const scheduled = (world: ProductWorld): Promise<string> => world.broadcast({ startAt: inAWeek() });
/** It runs, and is held at once: it does not end meanwhile. */
const running = async (world: ProductWorld): Promise<string> => {
  const id = await world.broadcast({
    sendHours: { from: nextHour(2), to: nextHour(3), zone: 'Asia/Shanghai' },
  });
  return id;
};
const nextHour = (ahead: number): string =>
  `${String((new Date().getUTCHours() + 8 + ahead) % 24).padStart(2, '0')}:00`;
const paused = async (world: ProductWorld): Promise<string> => {
  const id = await running(world);
  await world.expect(200, 'POST', `/v1/broadcasts/${id}/pause`);
  return id;
};

const cancelled = async (world: ProductWorld): Promise<string> => {
  const id = await draft(world);
  await world.expect(200, 'POST', `/v1/broadcasts/${id}/cancel`);
  return id;
};
const archived = async (world: ProductWorld): Promise<string> => {
  const id = await cancelled(world);
  await world.expect(200, 'POST', `/v1/broadcasts/${id}/archive`);
  return id;
};

const previewed = (world: ProductWorld): Promise<string> =>
  world.uploaded('openid\noAmy\n', 'previewed');

const aKey = () => ({ name: newAppid(), grants: [{ appids: null, role: 'viewer' }] });
const ofKey = (route: string, action: AuditAction, body?: Body): [string, Audited] =>
  ofThing(
    route,
    action,
    async (world) => String((await world.expect(201, 'POST', '/v1/api-keys', aKey())).json.id),
    { body },
  );

const ofSandbox = (
  route: string,
  { body, again }: { body?: Body; again?: 'nothing' } = {},
): [string, Audited] => {
  const [method = '', pattern = ''] = route.split(' ');
  const prepare = async (world: ProductWorld): Promise<Changing> => {
    const { json } = await world.expect(200, 'GET', '/v1/accounts?limit=200');
    const isOne = ({ sandbox }: { sandbox: unknown }): boolean => Boolean(sandbox);
    const appid: string =
      json.items.find(isOne)?.appid ??
      (await world.expect(201, 'POST', '/v1/accounts/sandbox', {})).json.appid;
    const people = await world.expect(200, 'GET', `/v1/accounts/${appid}/sandbox/people`);
    const path = pattern.replace(':appid', appid).replace(':openid', people.json.items[0].openid);
    return { method, path, ...(body && { body }) };
  };
  return [route, { action: 'sandbox.change', prepare, again }];
};

/** Started by an account that gives time to think better of it. */
const startedForUndo = async (world: ProductWorld): Promise<string> => {
  const id = await draft(world);
  const path = `/v1/accounts/${world.appid}`;
  await world.expect(200, 'PATCH', path, { policy: { undoSeconds: 300 } });
  await world.expect(200, 'POST', `/v1/broadcasts/${id}/start`);
  await world.expect(200, 'PATCH', path, { policy: { undoSeconds: 0 } });
  return id;
};

/** Whoever comes in by a password, in a browser of their own; `cookie` is what it keeps. */
export interface Person {
  readonly id: number;
  readonly login: string;
  readonly headers: Record<string, string>;
}

const PASSWORD = 'correct horse battery';

export const aPerson = async (world: ProductWorld, password = PASSWORD): Promise<Person> => {
  const login = newAppid();
  const { json } = await world.expect(201, 'POST', '/v1/operators', {
    login,
    name: login,
    password,
    grants: [{ appids: null, role: 'admin' }],
  });
  return {
    id: json.operator.id,
    login,
    headers: await logIn(world, { login, password }),
  };
};

const anOperator = async (world: ProductWorld): Promise<string> =>
  String((await aPerson(world)).id);

const logIn = async (world: ProductWorld, body: object): Promise<Record<string, string>> => {
  const answer = await fetch(`${world.url}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: world.url },
    body: JSON.stringify(body),
  });
  if (answer.status !== 200) throw new Error(`login answered ${answer.status}`);
  const [set = ''] = answer.headers.getSetCookie();
  return { cookie: set.split(';')[0] ?? '', origin: world.url };
};

const ofPerson = (
  route: string,
  action: AuditAction,
  ask: (world: ProductWorld, person: Person) => Body | Promise<Body> = () => undefined,
  again?: 'nothing',
): [string, Audited] => {
  const [method = '', pattern = ''] = route.split(' ');
  const prepare = async (world: ProductWorld): Promise<Changing> => {
    const person = await aPerson(world);
    const body = await ask(world, person);
    const path = pattern.replace(':id', String(person.id));
    return { method, path, headers: person.headers, ...(body && { body }) };
  };
  return [route, { action, prepare, again }];
};

const asPerson = (
  world: ProductWorld,
  { headers }: Person,
  method: string,
  path: string,
  body: object,
) =>
  fetch(`${world.url}${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** The code that a phone shows for the secret that was begun with. */
const begunTotp = async (world: ProductWorld, person: Person): Promise<{ code: string }> => {
  const answer = await asPerson(world, person, 'POST', '/v1/me/totp', { password: PASSWORD });
  const { secret } = (await answer.json()) as { secret: string };
  return { code: totp(bytesOf(secret), stepAt(new Date())) };
};
const withTotp = async (world: ProductWorld, person: Person): Promise<Body> => {
  await asPerson(world, person, 'POST', '/v1/me/totp/confirm', await begunTotp(world, person));
  return { password: PASSWORD };
};
const bytesOf = (base32: string): Buffer => {
  const bits = [...base32].map((c) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'),
  );
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

/** Each operation that changes something, with what its entry is called. A route that is not here fails the walk. */
export const AUDITED: Readonly<Record<string, Audited>> = Object.fromEntries<Audited>([
  on('POST /v1/accounts', 'account.create', () => account(newAppid())),
  ofAccount('PATCH /v1/accounts/:appid', 'account.change', {
    body: { name: 'renamed', dailyQuota: 5 },
    again: 'nothing',
  }),
  ofAccount('DELETE /v1/accounts/:appid', 'account.remove'),
  ofAccount('POST /v1/accounts/:appid/hold', 'account.hold', { again: 'nothing' }),
  ofAccount('POST /v1/accounts/:appid/lift', 'account.lift', { first: 'hold', again: 'nothing' }),
  [
    'POST /v1/accounts/:appid/templates/sync',
    {
      action: 'template.sync',
      prepare: async (world) => {
        const appid = newAppid();
        world.wechat.putAccount({ appid });
        const { secret } = world.wechat.account(appid).settings;
        await world.expect(201, 'POST', '/v1/accounts', { ...account(appid), secret });
        return { method: 'POST', path: `/v1/accounts/${appid}/templates/sync` };
      },
      again: 'nothing',
    },
  ],
  on('POST /v1/accounts/:appid/followers/sync', 'follower.sync'),
  on('POST /v1/accounts/:appid/tags/sync', 'tag.sync'),
  on('POST /v1/accounts/:appid/tags', 'tag.create', () => ({ name: newAppid() })),
  ofTag('PATCH /v1/accounts/:appid/tags/:tagId', 'tag.rename', { name: newAppid() }, 'nothing'),
  ofTag('POST /v1/accounts/:appid/tags/:tagId/tag', 'tag.give', { openids: ['oAmy'] }),
  ofTag('POST /v1/accounts/:appid/tags/:tagId/untag', 'tag.take', { openids: ['oAmy'] }),
  ofTag('DELETE /v1/accounts/:appid/tags/:tagId', 'tag.delete'),
  on('POST /v1/accounts/:appid/quota/refresh', 'quota.refresh'),
  on('POST /v1/accounts/:appid/quota/clear', 'quota.clear', (world) => ({ confirm: world.appid })),
  on('POST /v1/accounts/:appid/testers/invite', 'tester.invite'),
  on(
    'POST /v1/accounts/:appid/suppressions',
    'suppression.add',
    (world) => ({ openid: world.openid(1), note: 'asked on the phone' }),
    'nothing',
  ),
  on('DELETE /v1/accounts/:appid/suppressions/:openid', 'suppression.remove', async (world) => {
    await world.expect(201, 'POST', `/v1/accounts/${world.appid}/suppressions`, {
      openid: world.openid(1),
    });
    return undefined;
  }),
  ofAccount('POST /v1/accounts/:appid/form-ids', 'form_id.add', {
    kind: 'mini_program',
    body: { openid: 'oAmy', formId: 'f1', kind: 'form' },
    again: 'nothing',
  }),
  ofAccount('POST /v1/accounts/:appid/grants', 'grant.add', {
    kind: 'mini_program',
    body: { openid: 'oAmy', templateId: 't1', at: new Date().toISOString() },
    again: 'nothing',
  }),

  [
    'POST /v1/uploads',
    {
      action: 'upload.create',
      prepare: (world) =>
        Promise.resolve({
          method: 'POST',
          path: `/v1/uploads?appid=${world.appid}&name=list`,
          file: 'openid\noAmy\n',
        }),
    },
  ],
  ofThing('PATCH /v1/uploads/:id', 'upload.change', previewed, {
    body: { encoding: 'gb18030', openidColumn: 'openid' },
    again: 'nothing',
  }),
  ofThing('POST /v1/uploads/:id/import', 'upload.import', previewed, { again: 'nothing' }),
  ofThing('GET /v1/uploads/:id/errors.csv', 'upload.export', previewed),
  ofThing('DELETE /v1/uploads/:id', 'upload.delete', previewed),

  on('POST /v1/broadcasts', 'broadcast.create', (world) => world.body({ draft: true })),
  on('POST /v1/broadcasts/test', 'broadcast.test', async (world) => {
    const { audience: _, ...body } = await world.body();
    return { ...body, openids: [world.openid(1)] };
  }),
  on('POST /v1/messages', 'message.send', async (world) => {
    const { audience: _, ...body } = await world.body();
    return { ...body, openid: world.openid(1) };
  }),
  ofThing('PATCH /v1/broadcasts/:id', 'broadcast.change', draft, { body: { name: 'renamed' } }),
  ofThing('DELETE /v1/broadcasts/:id', 'broadcast.delete', draft),
  ofThing('POST /v1/broadcasts/:id/start', 'broadcast.start', draft, { again: 'nothing' }),
  ofThing('POST /v1/broadcasts/:id/start-now', 'broadcast.start_now', scheduled, {
    again: 'nothing',
  }),
  ofThing('POST /v1/broadcasts/:id/unschedule', 'broadcast.unschedule', scheduled, {
    again: 'nothing',
  }),
  ofThing('POST /v1/broadcasts/:id/undo', 'broadcast.undo', startedForUndo, {
    again: 'nothing',
  }),
  ofThing('POST /v1/broadcasts/:id/pause', 'broadcast.pause', running, { again: 'nothing' }),
  ofThing('POST /v1/broadcasts/:id/resume', 'broadcast.resume', paused),
  ofThing('POST /v1/broadcasts/:id/cancel', 'broadcast.cancel', draft, { again: 'nothing' }),
  ofThing('POST /v1/broadcasts/:id/archive', 'broadcast.archive', cancelled, { again: 'nothing' }),
  ofThing('POST /v1/broadcasts/:id/unarchive', 'broadcast.unarchive', archived, {
    again: 'nothing',
  }),
  on('GET /v1/audit.csv', 'audit.export'),

  on('POST /v1/api-keys', 'key.create', () => aKey()),
  ofKey('DELETE /v1/api-keys/:id', 'key.revoke'),
  ofKey('POST /v1/api-keys/:id/rotate', 'key.rotate', { overlapSeconds: 60 }),
  on('POST /v1/operators', 'operator.create', () => ({
    login: newAppid(),
    name: 'Li',
    password: PASSWORD,
    grants: [{ appids: null, role: 'viewer' }],
  })),
  ofThing('PATCH /v1/operators/:id', 'operator.change', anOperator, {
    body: { name: 'Wang' },
    again: 'nothing',
  }),
  ofThing('POST /v1/operators/:id/one-time-password', 'operator.reset', anOperator, {
    body: {},
  }),
  ofPerson('PATCH /v1/me', 'operator.change', () => ({ name: 'Zhao' }), 'nothing'),
  ofPerson('POST /v1/me/password', 'operator.password', () => ({
    current: PASSWORD,
    password: `another ${PASSWORD}`,
  })),
  ofPerson('POST /v1/me/totp/confirm', 'operator.totp_enable', begunTotp),
  ofPerson('DELETE /v1/me/totp', 'operator.totp_disable', withTotp),
  ofPerson('POST /v1/me/recovery-codes', 'operator.recovery_codes', withTotp),
  ofPerson('POST /v1/logout', 'session.end'),
  ofPerson('DELETE /v1/sessions', 'session.end', async (world, { login }) => {
    await logIn(world, { login, password: PASSWORD });
    return undefined;
  }),
  [
    'DELETE /v1/sessions/:id',
    {
      action: 'session.end',
      prepare: async (world) => {
        const { headers } = await aPerson(world);
        const answer = await fetch(`${world.url}/v1/sessions`, { headers });
        const { items } = (await answer.json()) as { items: { id: string }[] };
        return { method: 'DELETE', path: `/v1/sessions/${items[0]?.id}`, headers };
      },
    },
  ],
  [
    'POST /v1/login',
    {
      action: 'session.open',
      prepare: async (world) => {
        const { login } = await aPerson(world);
        const headers = { origin: world.url };
        return { method: 'POST', path: '/v1/login', body: { login, password: PASSWORD }, headers };
      },
    },
  ],

  ofAccount('POST /v1/accounts/:appid/check', 'account.check'),
  on('POST /v1/accounts/:appid/testers', 'tester.add', (world) => ({
    openid: world.openid(1),
    name: 'Wang',
  })),
  on('DELETE /v1/accounts/:appid/testers/:openid', 'tester.remove', async (world) => {
    await world.expect(201, 'POST', `/v1/accounts/${world.appid}/testers`, {
      openid: world.openid(1),
      name: 'Fang',
    });
    return undefined;
  }),
  on('POST /v1/accounts/sandbox', 'sandbox.make', () => ({})),
  ofSandbox('PATCH /v1/accounts/:appid/sandbox', { body: { mood: 'busy' }, again: 'nothing' }),
  ...(['block', 'unblock', 'unfollow', 'follow'] as const).map((verb) =>
    ofSandbox(`POST /v1/accounts/:appid/sandbox/people/:openid/${verb}`),
  ),
]);

/** Beginnings of operations that change nothing that the audit tells of. */
export const UNAUDITED: readonly string[] = [
  // Once in the life of an installation, with its own suite; the plain form does what /v1/login does.
  'POST /v1/setup',
  'POST /login',
  'POST /logout',
  // A question: what it confirms is in the entry of the start.
  'POST /v1/broadcasts/:id/confirmation',
  // Questions: what they found is beside the broadcast.
  'POST /v1/broadcasts/preflight',
  'POST /v1/broadcasts/:id/preflight',
  // Begins two-step login: nothing is on until a code is confirmed.
  'POST /v1/me/totp',
  // Bull Board is shown read-only: whatever its routes are, they refuse.
  'PATCH /queues/',
  'POST /queues/',
  'PUT /queues/',
  // A pretended person writes to a pretended account: what comes of it comes as a push.
  'POST /v1/accounts/:appid/sandbox/people/:openid/say',
];
