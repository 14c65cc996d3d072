import { randomBytes } from 'node:crypto';
import { EnvironmentFault } from './environment-fault.js';
import { readEnvironment, unknownVariables } from './environment.js';
import { givenMasterKeys, resolveConfig } from './resolve-config.js';

/** Chinese, and then English. */
const BOTH = /\p{Script=Han}.*。 .*[a-z]{3}/u;

const KEY = randomBytes(32).toString('base64');
const OLD_KEY = randomBytes(32).toString('base64');
const DATABASE_URL = 'postgres://me:secret-password@db/weicast';

const faultsOf = (env: NodeJS.ProcessEnv): Record<string, string> => {
  try {
    readEnvironment(env);
  } catch (error) {
    if (!(error instanceof EnvironmentFault)) throw error;
    return Object.fromEntries(error.faults.map(({ variable, message }) => [variable, message]));
  }
  return {};
};

const configOf = (env: NodeJS.ProcessEnv) => {
  const environment = readEnvironment(env);
  return resolveConfig(environment, {
    databaseUrl: environment.DATABASE_URL ?? 'postgres://weicast:pw@127.0.0.1:1/weicast',
    embedded: environment.DATABASE_URL === undefined,
    masterKeys: givenMasterKeys(environment) ?? [randomBytes(32)],
  });
};

describe('the environment', () => {
  it('the environment may be empty: every variable has a default', () => {
    const config = configOf({});

    expect(config).toMatchObject({
      roles: { api: true, callback: true, worker: true },
      http: { port: 3000, host: '127.0.0.1', publicUrl: undefined, trustProxy: [] },
      database: { embedded: true, poolSize: 10 },
      queue: { redisUrl: undefined, prefix: '{weicast}' },
      wechat: { apiBase: 'https://api.weixin.qq.com', loopback: false, wxopenTemplate: false },
      secrets: { adminKey: undefined },
      sending: { concurrency: 1000, sendsPerSecond: 1000 },
      retention: { days: 180, auditDays: 730 },
      uploads: { maxBytes: 268_435_456, maxRows: 5_000_000, days: 30 },
      clock: { offsetMs: 0 },
      log: { level: 'info' },
    });
  });

  it('the environment is read by the names of the contract', () => {
    const config = configOf({
      PORT: '8080',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://weicast.example.com/',
      TRUST_PROXY: '10.0.0.0/8, 192.168.1.1,loopback,fd00::/8',
      ROLES: 'api, worker',
      DATABASE_URL: `${DATABASE_URL}?sslmode=require&pool=25`,
      REDIS_URL: 'redis+sentinel://h1:26379,h2:26379/main',
      QUEUE_PREFIX: 'two',
      WECHAT_API_BASE: 'http://127.0.0.1:9600/',
      WECHAT_PROXY: 'http://amy:secret@proxy:3128',
      https_proxy: 'http://small:3128',
      HTTPS_PROXY: 'http://large:3128',
      HTTP_PROXY: 'plain:3128',
      NO_PROXY: 'a.example, .b.example',
      WXOPEN_TEMPLATE: 'on',
      WEICAST_ADMIN_KEY: KEY,
      WEICAST_MASTER_KEY: `${KEY},${OLD_KEY}`,
      SEND_CONCURRENCY: '50',
      SENDS_PER_SECOND: '5',
      RETENTION_DAYS: '0',
      AUDIT_DAYS: '90',
      UPLOAD_MAX_BYTES: '1000',
      UPLOAD_MAX_ROWS: '10',
      UPLOAD_DAYS: '7',
      CLOCK_OFFSET_MS: '-1500',
      LOG_LEVEL: 'debug',
    });

    expect(config).toMatchObject({
      roles: { api: true, callback: false, worker: true },
      http: {
        port: 8080,
        host: '0.0.0.0',
        publicUrl: 'https://weicast.example.com',
        trustProxy: ['10.0.0.0/8', '192.168.1.1', 'loopback', 'fd00::/8'],
      },
      database: { url: `${DATABASE_URL}?sslmode=require`, embedded: false, poolSize: 25 },
      queue: { redisUrl: 'redis+sentinel://h1:26379,h2:26379/main', prefix: '{two}' },
      wechat: { apiBase: 'http://127.0.0.1:9600', loopback: true, wxopenTemplate: true },
      sending: { concurrency: 50, sendsPerSecond: 5 },
      retention: { days: 0, auditDays: 90 },
      uploads: { maxBytes: 1_000, maxRows: 10, days: 7 },
      clock: { offsetMs: -1500 },
      log: { level: 'debug' },
    });
    const ways = ['https://x.example', 'http://x.example', 'https://c.b.example'].map(
      (url) => config.proxy.of(new URL(url))?.origin,
    );
    expect(ways).toEqual(['http://small:3128', 'http://plain:3128', undefined]);
    expect(config.proxy.ofWechat(new URL('https://x.example'))?.origin).toBe('http://proxy:3128');
    expect(config.secrets.adminKey).toBe(KEY);
    expect(config.secrets.masterKeys.map((key) => key.toString('base64'))).toEqual([KEY, OLD_KEY]);
  });

  it('the environment keeps a hash tag that the prefix has', () => {
    expect(configOf({ QUEUE_PREFIX: 'a:{b}' }).queue.prefix).toBe('a:{b}');
  });

  it('the environment takes a variable set to nothing for one left out', () => {
    expect(configOf({ PORT: '', REDIS_URL: ' ', WEICAST_ADMIN_KEY: '' }).http.port).toBe(3000);
  });

  it('the environment is refused with every fault at once, each with what to do', () => {
    const env = {
      PORT: 'eighty',
      ROLES: 'api,web',
      DATABASE_URL,
      REDIS_URL: 'localhost',
      WEICAST_ADMIN_KEY: 'short',
      LOG_LEVEL: 'loud',
      CLOCK_OFFSET_MS: '5',
    };

    expect(faultsOf(env)).toEqual({
      PORT: '应为 0 至 65535 的整数，现为 "eighty"。 expected a whole number from 0 to 65535, got "eighty"',
      ROLES: expect.stringContaining('expected any of api,callback,worker, got "api,web"'),
      REDIS_URL: expect.stringContaining('redis://host:6379'),
      WEICAST_ADMIN_KEY: expect.stringContaining('got 5. Make one with: openssl'),
      WEICAST_MASTER_KEY: expect.stringContaining('required with DATABASE_URL'),
      LOG_LEVEL: expect.stringContaining('trace, debug, info'),
      CLOCK_OFFSET_MS: expect.stringContaining('loopback'),
    });
    expect(() => readEnvironment(env)).toThrow(/^无法启动[^]*\n {2}PORT: [^]*\n {2}ROLES: /);
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '1.5'],
    ['ROLES', ','],
    ['PUBLIC_URL', 'weicast.example.com'],
    ['PUBLIC_URL', 'https://me@example.com'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['DATABASE_URL', 'mysql://db/weicast'],
    ['DATABASE_URL', `${DATABASE_URL}?pool=0`],
    ['DATABASE_URL', `${DATABASE_URL}?pool=many`],
    ['REDIS_URL', 'redis://'],
    ['REDIS_URL', 'http://localhost'],
    ['QUEUE_PREFIX', 'a b'],
    ['WECHAT_API_BASE', 'ftp://127.0.0.1'],
    ['WECHAT_PROXY', 'socks5://127.0.0.1:1080'],
    ['HTTPS_PROXY', 'http://proxy/path'],
    ['HTTP_PROXY', 'http://amy:%@proxy'],
    ['WXOPEN_TEMPLATE', 'yes'],
    ['SEND_CONCURRENCY', '0'],
    ['SENDS_PER_SECOND', '-1'],
    ['RETENTION_DAYS', '-1'],
    ['AUDIT_DAYS', '-1'],
    ['UPLOAD_MAX_BYTES', '0'],
    ['UPLOAD_MAX_ROWS', '0'],
    ['UPLOAD_DAYS', '-1'],
    ['WEICAST_MASTER_KEY', 'not base64!'],
    ['WEICAST_MASTER_KEY', Buffer.alloc(31, 'k').toString('base64')],
    ['WEICAST_MASTER_KEY', Buffer.alloc(32).toString('base64')],
    ['WEICAST_MASTER_KEY', `${KEY},short`],
  ])('the environment is refused with %s=%s', (variable, value) => {
    expect(faultsOf({ WEICAST_MASTER_KEY: KEY, [variable]: value })).toEqual({
      [variable]: expect.stringMatching(BOTH),
    });
  });

  it.each(['', '+sentinel', '+cluster'])(
    'the environment takes Redis%s with TLS and without',
    (kind) => {
      for (const scheme of ['redis', 'rediss']) {
        const REDIS_URL = `${scheme}${kind}://h1/main`;
        expect(readEnvironment({ REDIS_URL })).toMatchObject({ REDIS_URL });
      }
    },
  );

  it.each([
    'a'.repeat(40),
    'abcdefgh'.repeat(5),
    'changeme-changeme-please-changeme1',
    'CHANGE_ME_0123456789abcdefghijklmnop',
    'placeholder-0123456789-abcdefghijk',
    'example-admin-key-0123456789-abcdef',
    'your-api-key-0123456789-abcdefghij',
    'a key with spaces in it 0123456789',
  ])('the environment is refused with an admin key that anybody can guess: %s', (key) => {
    expect(faultsOf({ WEICAST_ADMIN_KEY: key })).toEqual({
      WEICAST_ADMIN_KEY: expect.stringMatching(BOTH),
    });
  });

  it.each(['WEICAST_ADMIN_KEY', 'DATABASE_URL', 'REDIS_URL', 'LOG_LEVEL'])(
    'the environment is refused with %s in quotes, which is what has to be mended',
    (variable) => {
      for (const quote of ['"', "'"])
        expect(faultsOf({ [variable]: `${quote}${KEY}${quote}` })).toEqual({
          [variable]: expect.stringContaining('quotes'),
        });
    },
  );

  it('the environment never repeats a secret in what it says', () => {
    const env = {
      DATABASE_URL: 'mysql://me:secret-password@db/weicast',
      REDIS_URL: 'http://:secret-password@redis',
      WECHAT_PROXY: 'socks5://amy:secret-password@proxy:1080',
      WEICAST_ADMIN_KEY: 'secret-password',
      WEICAST_MASTER_KEY: 'secret-password!',
    };
    expect(Object.keys(faultsOf(env))).toHaveLength(5);
    expect(JSON.stringify(faultsOf(env))).not.toContain('secret-password');
  });

  it('the environment has no test clock beside the real WeChat, nor beside a simulator elsewhere', () => {
    const offset = { CLOCK_OFFSET_MS: '1' };
    expect(faultsOf(offset)).toHaveProperty('CLOCK_OFFSET_MS');
    expect(faultsOf({ ...offset, WECHAT_API_BASE: 'http://simulator:9600' })).toHaveProperty(
      'CLOCK_OFFSET_MS',
    );
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      expect(faultsOf({ ...offset, WECHAT_API_BASE: `http://${host}:9600` })).toEqual({});
    }
  });

  it('the environment points at variables that look like ours and are none', () => {
    expect(
      unknownVariables({ WEICAST_MASTERKEY: 'x', WEICAST_ADMIN_KEY: KEY, HOME: '/root' }),
    ).toEqual(['WEICAST_MASTERKEY']);
  });

  const OIDC = {
    PUBLIC_URL: 'https://weicast.example.com',
    OIDC_ISSUER: 'https://id.example.com/realms/company',
    OIDC_CLIENT_ID: 'weicast',
    OIDC_CLIENT_SECRET: 'a secret',
    OIDC_ROLE_CLAIM: 'groups',
  };

  it('the environment says by which identity provider people come in, and what its claims mean', () => {
    expect(
      configOf({
        ...OIDC,
        OIDC_ROLES:
          '/admins=admin, a=b=sender@wx00000000000000aa+wx00000000000000bb, /admins=support',
        OIDC_ACCOUNTS_CLAIM: 'appids',
        OIDC_NAME: '飞书',
        PASSWORD_LOGIN: 'off',
      }).login,
    ).toEqual({
      passwords: false,
      oidc: {
        issuer: OIDC.OIDC_ISSUER,
        clientId: 'weicast',
        clientSecret: 'a secret',
        name: '飞书',
        scopes: 'openid profile email',
        roleClaim: 'groups',
        accountsClaim: 'appids',
        roles: new Map([
          [
            '/admins',
            [
              { role: 'admin', appids: undefined },
              { role: 'support', appids: undefined },
            ],
          ],
          ['a=b', [{ role: 'sender', appids: ['wx00000000000000aa', 'wx00000000000000bb'] }]],
        ]),
      },
    });
    expect(configOf({}).login).toEqual({ passwords: true, oidc: undefined });
  });

  it.each(['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLE_CLAIM'])(
    'the environment with an identity provider but without %s is refused, and says what is missing',
    (missing) => {
      const faults = faultsOf({ ...OIDC, [missing]: '' });
      expect(Object.keys(faults)).toEqual([missing]);
      expect(faults[missing]).toMatch(BOTH);
      expect(faults[missing]).toContain(missing);
    },
  );

  it('the environment with an identity provider and no address of ours, or with nobody to come in, is refused', () => {
    expect(faultsOf({ ...OIDC, PUBLIC_URL: '' })).toEqual({
      PUBLIC_URL: expect.stringContaining('/oidc/callback'),
    });
    expect(faultsOf({ PASSWORD_LOGIN: 'off' })).toEqual({
      PASSWORD_LOGIN: expect.stringMatching(BOTH),
    });
    expect(faultsOf({ OIDC_NAME: '飞书' })).toEqual({ OIDC_ISSUER: expect.stringMatching(BOTH) });
  });

  it.each([
    ['OIDC_ISSUER', 'http://id.example.com'],
    ['OIDC_ISSUER', 'https://me:word@id.example.com'],
    ['OIDC_ISSUER', 'https://id.example.com/?tenant=1'],
    ['OIDC_ISSUER', 'id.example.com'],
    ['OIDC_ROLES', 'admins'],
    ['OIDC_ROLES', 'admins=owner'],
    ['OIDC_ROLES', 'shop=sender@wx1'],
    ['OIDC_SCOPES', 'profile email'],
    ['OIDC_ROLE_CLAIM', 'two words'],
    ['PASSWORD_LOGIN', 'no'],
  ])('the environment is refused with %s=%s, in both languages', (name, value) => {
    const faults = faultsOf({ ...OIDC, [name]: value });
    expect(Object.keys(faults)).toEqual([name]);
    expect(faults[name]).toMatch(BOTH);
    expect(faults[name]).not.toContain('word@');
  });
});
