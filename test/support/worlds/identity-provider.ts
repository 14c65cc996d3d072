import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import Provider, { type Adapter, type AdapterPayload, type Configuration } from 'oidc-provider';

/** Whoever the provider has before it: what it would say of them. */
export interface Person {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

export const CLIENT = { id: 'weicast', secret: 'a secret between the two of them' } as const;
/** So long its ID tokens are good. */
export const ID_TOKEN_SECONDS = 60;

/**
 * A real provider of OpenID Connect on loopback, for one client. Its pages ask nothing: whoever comes without a session
 * there is `person`.
 */
export class TestProvider {
  /** Who sits before the browser. */
  person: Person = { sub: 'nobody' };
  /** How often somebody came without a session there. */
  entered = 0;
  readonly #people = new Map<string, Person>();
  readonly #rows = new Map<string, AdapterPayload>();
  readonly #redirects: string[] = [];
  readonly #server: Server;
  #silent = false;
  #name = '';
  #provider: Provider | undefined;
  #keys = [newKey()];
  /** Whether its ID tokens carry all claims, and its userinfo is not needed. */
  tellsAll = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<TestProvider> {
    const server = createServer();
    const provider = new TestProvider(server);
    server.on('request', (request, response) => void provider.#answer(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    provider.#name = provider.url;
    return provider;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As it calls itself. */
  get issuer(): string {
    return this.#name;
  }

  /** An installation that may send people here. */
  register(publicUrl: string): void {
    this.#redirects.push(publicUrl);
    this.#provider = undefined;
  }

  /** From now on it signs with another key, and has the former one no more. */
  rotateKey(): void {
    this.#keys = [newKey()];
    this.#provider = undefined;
  }

  /** From now on it says in its documents and tokens that it is this one. */
  callItself(name: string): void {
    this.#name = name;
    this.#provider = undefined;
  }

  /** Whether the keys that it shows are others than it signs with. */
  showsOtherKeys = false;

  /** Takes every request and answers none. */
  fallSilent(isSilent = true): void {
    this.#silent = isSilent;
  }

  tellAll(all = true): void {
    this.tellsAll = all;
    this.#provider = undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#silent) return;
    if (this.showsOtherKeys && request.url === '/jwks') {
      const { kty, n, e, kid, use, alg } = { ...newKey(), kid: this.#keys[0]?.kid };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: [{ kty, n, e, kid, use, alg }] }));
      return;
    }
    const provider = (this.#provider ??= this.#make());
    if (request.url?.startsWith('/enter/') !== true) {
      await provider.callback()(request, response);
      return;
    }
    this.entered++;
    this.#people.set(this.person.sub, this.person);
    const login = { accountId: this.person.sub };
    await provider.interactionFinished(request, response, { login });
  }

  #make(): Provider {
    const claims = ['name', 'preferred_username', 'email', 'locale', 'groups', 'appids'];
    const configuration: Configuration = {
      adapter: (model: string) => adapterOf(model, this.#rows),
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: this.#redirects.map((url) => `${url}/oidc/callback`),
          post_logout_redirect_uris: this.#redirects.map((url) => `${url}/login`),
        },
      ],
      jwks: { keys: this.#keys },
      cookies: { keys: ['a key for its cookies'] },
      scopes: ['openid', 'profile', 'email'],
      claims: { openid: ['sub'], profile: claims },
      conformIdTokenClaims: !this.tellsAll,
      pkce: { required: () => true },
      // What is said here it does not warn of.
      ttl: {
        IdToken: ID_TOKEN_SECONDS,
        Interaction: 600,
        Grant: 600,
        Session: 600,
        AccessToken: 600,
      },
      interactions: { url: (_context, interaction) => `/enter/${interaction.uid}` },
      features: { devInteractions: { enabled: false } },
      findAccount: (_context, id) => {
        const person = this.person.sub === id ? this.person : this.#people.get(id);
        return person && { accountId: id, claims: () => person };
      },
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({
          clientId: CLIENT.id,
          accountId: oidc.session?.accountId ?? '',
        });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    };
    return new Provider(this.#name, configuration);
  }
}

const newKey = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
};

/** What a provider remembers, kept when another takes over under the same address. */
function adapterOf(model: string, rows: Map<string, AdapterPayload>): Adapter {
  const key = (id: string): string => `${model} ${id}`;
  const found = (is: (row: AdapterPayload) => boolean): AdapterPayload | undefined =>
    [...rows].find(([name, row]) => name.startsWith(`${model} `) && is(row))?.[1];
  return {
    upsert: async (id, payload) => void rows.set(key(id), payload),
    find: async (id) => rows.get(key(id)),
    findByUid: async (uid) => found((row) => row.uid === uid),
    findByUserCode: async (code) => found((row) => row.userCode === code),
    consume: async (id) => {
      const row = rows.get(key(id));
      if (row !== undefined)
        rows.set(key(id), { ...row, consumed: Math.floor(Date.now() / 1_000) });
    },
    destroy: async (id) => void rows.delete(key(id)),
    revokeByGrantId: async (grantId) => {
      for (const [name, row] of rows) if (row.grantId === grantId) rows.delete(name);
    },
  };
}
