import { Injectable } from '@nestjs/common';
import { ApiKeysService } from '../../access/api-keys.service.js';
import type { SessionOrigin } from '../../access/session.js';
import { Metrics } from '../../metrics/metrics.js';
import { wrongKey } from './login-refusals.js';
import { type OpenedSession, SessionOpening } from './session-opening.service.js';

/** Exchanges an API key for a session, which ends with the key. */
@Injectable()
export class KeyLoginService {
  readonly #apiKeys: ApiKeysService;
  readonly #opening: SessionOpening;
  readonly #metrics: Metrics;

  constructor(apiKeys: ApiKeysService, opening: SessionOpening, metrics: Metrics) {
    this.#apiKeys = apiKeys;
    this.#opening = opening;
    this.#metrics = metrics;
  }

  /** Wrong keys lock no address out: it may be a whole company's, and keys are too long to guess. */
  async logIn(key: string, origin: SessionOrigin): Promise<OpenedSession> {
    const caller = await this.#apiKeys.callerWith(key.trim());
    if (caller === undefined) {
      this.#metrics.unauthenticated.inc({ how: 'wrong_login' });
      throw wrongKey();
    }
    return await this.#opening.open(caller, origin);
  }
}
