import { Injectable, Logger } from '@nestjs/common';
import { Kysely } from 'kysely';
import { LoginConfig } from '../../config/config.js';
import type { Bilingual } from '../../kernel/bilingual.js';
import type { DomainError } from '../../kernel/domain-error.js';
import { LogThrottle } from '../../kernel/log-throttle.js';
import { isOidcFailure, wordsOfFailure } from './oidc-refusals.js';
import { noteFailure, noteSuccess, readState } from './oidc.repository.js';
import type { OidcTables } from './oidc.tables.js';
import { detailOf } from './provider-faults.js';

/** Why the last login that failed has failed. */
export interface LastFailure {
  readonly at: Date;
  readonly code: string;
  readonly words: Bilingual;
  /** What the provider or the network said. */
  readonly detail: string;
}

export interface ProviderState {
  readonly succeededAt: Date | null;
  readonly lastFailure: LastFailure | null;
}

/** What people do, and no fault of the provider or of its settings. */
const OF_PEOPLE = new Set(['oidc_cancelled', 'oidc_stale', 'oidc_busy', 'oidc_code_refused']);

/** How it goes with the identity provider, for whoever has to mend it; of all processes together. */
@Injectable()
export class OidcState {
  readonly #logger = new Logger(OidcState.name);
  readonly #lines = new LogThrottle(60_000);
  readonly #db: Kysely<OidcTables>;
  readonly #issuer: string | undefined;

  constructor(db: Kysely<OidcTables>, { oidc }: LoginConfig) {
    this.#db = db;
    this.#issuer = oidc?.issuer;
  }

  async read(): Promise<ProviderState> {
    const row = this.#issuer === undefined ? undefined : await readState(this.#db, this.#issuer);
    const { succeededAt = null, failedAt = null, failure = null, detail = null } = row ?? {};
    const isFailure = failedAt !== null && failure !== null && isOidcFailure(failure);
    return {
      succeededAt,
      lastFailure: isFailure
        ? { at: failedAt, code: failure, words: wordsOfFailure(failure), detail: detail ?? '' }
        : null,
    };
  }

  async succeeded(): Promise<void> {
    const issuer = this.#issuer;
    if (issuer !== undefined) await this.#noting(() => noteSuccess(this.#db, issuer));
  }

  async failed(error: DomainError): Promise<void> {
    const { code, extra } = error;
    const issuer = this.#issuer;
    if (issuer === undefined || !isOidcFailure(code) || OF_PEOPLE.has(code)) return;
    const detail = detailOf(extra.cause);
    if (this.#lines.standsFor() > 0)
      this.#logger.warn(`a login by the identity provider failed: ${code} ${detail}`.trim());
    await this.#noting(() => noteFailure(this.#db, issuer, code, detail));
  }

  /** Nobody is kept out because this could not be written. */
  async #noting(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (err) {
      this.#logger.warn({ err }, 'how a login by the identity provider went was not written down');
    }
  }
}
