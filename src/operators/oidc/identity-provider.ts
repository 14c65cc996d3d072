import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  clockSkew,
  clockTolerance,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  type ServerMetadata,
} from 'openid-client';
import { HttpConfig, LoginConfig, type OidcSettings } from '../../config/config.js';
import { ProxyConfig } from '../../config/proxy-config.js';
import { Clock } from '../../kernel/clock.js';
import { type Claims, claimAt } from './claims.js';
import type { LoginSecrets } from './login-secrets.js';
import { oidcRefusal } from './oidc-refusals.js';
import { discoveryFailureOf, loginFailureOf } from './provider-faults.js';
import { ProviderFetch } from './provider-fetch.js';

/** For each call of the provider: the document, the keys, the token, the userinfo. */
const PATIENCE_SECONDS = 5;
/** Addresses of a provider change about as often as its name. */
const DOCUMENT_GOOD_FOR_MS = 3_600_000;
/** While a provider is away, not every click asks it again. */
const FAULT_GOOD_FOR_MS = 3_000;
/** As the sentence of `oidc_clock` tells. */
const CLOCKS_MAY_DIFFER_SECONDS = 60;

/** What a login has brought. */
export interface ProvenClaims {
  readonly issuer: string;
  readonly claims: Claims;
  /** For the provider's own logout, which asks nobody back where it has it. */
  readonly idToken: string;
}

/** The identity provider: where one goes to log in, what it then says of a person, and where one leaves it. */
@Injectable()
export class IdentityProvider implements OnApplicationShutdown {
  readonly #settings: OidcSettings | undefined;
  readonly #publicUrl: string;
  readonly #offsetMs: number;
  readonly #provider: ProviderFetch;
  #document: { readonly read: Promise<ServerMetadata>; readonly until: number } | undefined;

  constructor(
    { oidc }: LoginConfig,
    { publicUrl }: HttpConfig,
    proxies: ProxyConfig,
    clock: Clock,
  ) {
    this.#settings = oidc;
    this.#publicUrl = publicUrl ?? '';
    this.#offsetMs = clock.offsetMs;
    this.#provider = new ProviderFetch(proxies);
  }

  /** Undefined where there is none. */
  get settings(): OidcSettings | undefined {
    return this.#settings;
  }

  /** Where the provider sends people back to, as it has it on record. */
  get redirectUri(): string {
    return `${this.#publicUrl}/oidc/callback`;
  }

  /** Where its logout sends people back to. */
  get postLogoutRedirectUri(): string {
    return `${this.#publicUrl}/login`;
  }

  async authorizationUrl({ state, nonce, verifier }: LoginSecrets): Promise<URL> {
    const { scopes } = this.#required;
    return buildAuthorizationUrl(await this.#client(), {
      redirect_uri: this.redirectUri,
      scope: scopes,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
  }

  /**
   * What the provider says of whoever came back by this query. Its keys are read anew for each login: they may have
   * changed since the last one, and a code is good only once.
   */
  async claimsOf(query: string, { state, nonce, verifier }: LoginSecrets): Promise<ProvenClaims> {
    const client = await this.#client();
    try {
      const answer = await authorizationCodeGrant(client, new URL(`${this.redirectUri}?${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = answer.claims();
      const { id_token: idToken, access_token: accessToken } = answer;
      if (claims === undefined || idToken === undefined) throw new Error('there is no ID token');
      const more = await this.#moreClaims(client, claims, accessToken);
      return { issuer: claims.iss, claims: more, idToken };
    } catch (error) {
      const failure = loginFailureOf(error);
      // Its addresses may have moved; the next login looks.
      if (failure === 'oidc_unreachable') this.#document = undefined;
      throw oidcRefusal(failure, error);
    }
  }

  /** Where the session at the provider is ended, on the way back to our login; undefined where it has no such place. */
  async endSessionUrl(idToken: string | undefined): Promise<string | undefined> {
    const client = await this.#client();
    if (client.serverMetadata().end_session_endpoint === undefined) return undefined;
    return buildEndSessionUrl(client, {
      post_logout_redirect_uri: this.postLogoutRedirectUri,
      ...(idToken !== undefined && { id_token_hint: idToken }),
    }).href;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#provider.close();
  }

  get #required(): OidcSettings {
    if (this.#settings === undefined) throw oidcRefusal('oidc_off');
    return this.#settings;
  }

  /** Many providers tell groups and names by userinfo alone. */
  async #moreClaims(client: Configuration, claims: Claims, accessToken: string): Promise<Claims> {
    const { roleClaim, accountsClaim = roleClaim } = this.#required;
    const isTold = [roleClaim, accountsClaim].every((name) => claimAt(claims, name) !== undefined);
    const subject = claims['sub'];
    if (isTold || client.serverMetadata().userinfo_endpoint === undefined) return claims;
    const more: Claims = await fetchUserInfo(client, accessToken, String(subject));
    // What is signed counts where both speak.
    return { ...more, ...claims };
  }

  async #client(): Promise<Configuration> {
    const { clientId, clientSecret, issuer } = this.#required;
    const metadata = await this.#read();
    const methods = metadata.token_endpoint_auth_methods_supported;
    const proveOurselves = methods?.includes('client_secret_basic') === false;
    const client = new Configuration(
      metadata,
      clientId,
      { [clockSkew]: this.#offsetMs / 1_000, [clockTolerance]: CLOCKS_MAY_DIFFER_SECONDS },
      proveOurselves ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret),
    );
    client[customFetch] = this.#provider.fetch;
    client.timeout = PATIENCE_SECONDS;
    enableNonRepudiationChecks(client);
    if (isPlain(issuer)) allowInsecureRequests(client);
    return client;
  }

  /** One question for all who wait, asked again when its answer is old, and soon where there was none. */
  #read(): Promise<ServerMetadata> {
    const now = performance.now();
    if (this.#document !== undefined && now < this.#document.until) return this.#document.read;
    const read = this.#discover();
    const asked = { read, until: now + DOCUMENT_GOOD_FOR_MS };
    this.#document = asked;
    read.catch(() => {
      const until = performance.now() + FAULT_GOOD_FOR_MS;
      if (this.#document === asked) this.#document = { read, until };
    });
    return read;
  }

  async #discover(): Promise<ServerMetadata> {
    const { issuer, clientId } = this.#required;
    try {
      const found = await discovery(new URL(issuer), clientId, undefined, undefined, {
        [customFetch]: this.#provider.fetch,
        timeout: PATIENCE_SECONDS,
        ...(isPlain(issuer) && { execute: [allowInsecureRequests] }),
      });
      return found.serverMetadata();
    } catch (error) {
      throw oidcRefusal(discoveryFailureOf(error), error);
    }
  }
}

/** On this machine alone: a start with another one is refused. */
const isPlain = (issuer: string): boolean => issuer.startsWith('http:');
