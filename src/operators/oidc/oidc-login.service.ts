import { Injectable, Logger } from '@nestjs/common';
import { Kysely } from 'kysely';
import { hashOf, newSecret } from '../../access/secret-hash.js';
import type { SessionOrigin } from '../../access/session.js';
import { Sealer } from '../../accounts/seal.js';
import { DomainError } from '../../kernel/domain-error.js';
import { type OpenedSession, SessionOpening } from '../login/session-opening.service.js';
import { Turnstile, TurnstileFull } from '../password/turnstile.js';
import { claimAt } from './claims.js';
import { grantsOfClaims } from './grants-of-claims.js';
import { identityIn } from './identity.js';
import { IdentityProvider, type ProvenClaims } from './identity-provider.js';
import { secretsOf } from './login-secrets.js';
import { OidcOperators } from './oidc-operators.service.js';
import { oidcRefusal } from './oidc-refusals.js';
import { OidcState } from './oidc-state.service.js';
import { findIdToken, insertLogin, keepIdToken, takeLogin } from './oidc.repository.js';
import type { OidcTables } from './oidc.tables.js';

/** Strangers can cause calls of the provider: so many at once, and so many more who wait. */
const AT_ONCE = 8;
const WAITING = 64;
/** It travels in an address at the logout. */
const LONGEST_ID_TOKEN = 4_000;

/** A login that has begun: where to go, and what the browser keeps meanwhile. */
export interface BegunLogin {
  readonly url: string;
  readonly secret: string;
}

export interface FinishedLogin {
  readonly opened: OpenedSession;
  readonly next: string;
}

/** A login by the identity provider, from the first click to the session. */
@Injectable()
export class OidcLogin {
  readonly #logger = new Logger(OidcLogin.name);
  readonly #turnstile = new Turnstile(AT_ONCE, WAITING);
  readonly #db: Kysely<OidcTables>;
  readonly #provider: IdentityProvider;
  readonly #operators: OidcOperators;
  readonly #opening: SessionOpening;
  readonly #state: OidcState;
  readonly #sealer: Sealer;

  constructor(
    db: Kysely<OidcTables>,
    provider: IdentityProvider,
    operators: OidcOperators,
    opening: SessionOpening,
    state: OidcState,
    sealer: Sealer,
  ) {
    this.#db = db;
    this.#provider = provider;
    this.#operators = operators;
    this.#opening = opening;
    this.#state = state;
    this.#sealer = sealer;
  }

  async begin(next: string): Promise<BegunLogin> {
    const secret = newSecret();
    const url = await this.#telling(() => this.#provider.authorizationUrl(secretsOf(secret)));
    await insertLogin(this.#db, hashOf(secret), next);
    return { url: url.href, secret };
  }

  /** Throws `oidc_stale` for what this browser has not begun, or has brought before: the provider is not asked. */
  async finish(
    secret: string | undefined,
    query: string,
    origin: SessionOrigin,
  ): Promise<FinishedLogin> {
    const state = new URLSearchParams(query).get('state');
    if (secret === undefined || state !== secretsOf(secret).state) throw oidcRefusal('oidc_stale');
    const begun = await takeLogin(this.#db, hashOf(secret));
    if (begun === undefined) throw oidcRefusal('oidc_stale');
    const opened = await this.#telling(async () => {
      const proven = await this.#inTurn(() => this.#provider.claimsOf(query, secretsOf(secret)));
      return await this.#admit(proven, origin);
    });
    return { opened, next: begun.next };
  }

  /** Where to end the provider's session too, for somebody who has just left; undefined: nowhere. */
  async endSessionUrl(sessionId: string): Promise<string | undefined> {
    if (this.#provider.settings === undefined) return undefined;
    const sealed = await findIdToken(this.#db, sessionId);
    if (sealed === undefined) return undefined;
    try {
      const idToken = this.#sealer.open(sealed, contextOf(sessionId));
      return await this.#provider.endSessionUrl(idToken === '' ? undefined : idToken);
    } catch (err) {
      this.#logger.warn({ err }, 'somebody has left without a logout at the identity provider');
      return undefined;
    }
  }

  async #admit({ issuer, claims, idToken }: ProvenClaims, origin: SessionOrigin) {
    const settings = this.#provider.settings;
    const identity = identityIn(issuer, claims);
    if (settings === undefined || identity === undefined) throw oidcRefusal('oidc_bad_token');
    const grants = grantsOfClaims(claims, settings);
    const admitted = await this.#operators.admit(identity, grants, origin);
    if (admitted === undefined) {
      const isTold = claimAt(claims, settings.roleClaim) !== undefined;
      throw oidcRefusal(isTold ? 'oidc_no_grants' : 'oidc_no_claim');
    }
    const opened = await this.#opening.open({ kind: 'operator', ...admitted }, origin);
    const kept = idToken.length <= LONGEST_ID_TOKEN ? idToken : '';
    await keepIdToken(this.#db, opened.id, this.#sealer.seal(kept, contextOf(opened.id)));
    await this.#state.succeeded();
    return opened;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#turnstile.pass(work);
    } catch (error) {
      if (error instanceof TurnstileFull) throw oidcRefusal('oidc_busy');
      throw error;
    }
  }

  /** What went wrong with the provider is told to admins as well, who look at the settings. */
  async #telling<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DomainError) await this.#state.failed(error);
      throw error;
    }
  }
}

const contextOf = (sessionId: string): string => `session ${sessionId} id token`;
