import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpConfig } from '../config/config.js';
import { ApiKeysService } from './api-keys.service.js';
import { keyIn } from './bearer.js';
import type { Caller } from './caller.js';
import { sessionTokenOf } from './session-cookie.js';
import type { SessionEnd } from './session-end.js';
import { SessionsService } from './sessions.service.js';

/**
 * Why a caller is let in no more: the code with which their next request is refused. `token_renewed` refuses nothing:
 * the session goes on by another token than the one that the request came with.
 */
export type AdmissionEnd = SessionEnd | 'unauthenticated' | 'token_renewed';

/** A request that stays open, and who it was from when it began. */
export interface OpenRequest {
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
}

/** Asks again, for a request that stays open, whether its caller is still let in, and with which grants. */
@Injectable()
export class StillAdmitted {
  readonly #apiKeys: ApiKeysService;
  readonly #sessions: SessionsService;
  readonly #http: HttpConfig;

  constructor(apiKeys: ApiKeysService, sessions: SessionsService, http: HttpConfig) {
    this.#apiKeys = apiKeys;
    this.#sessions = sessions;
    this.#http = http;
  }

  /** It prolongs no session. */
  async lookUp({
    headers,
    caller,
  }: OpenRequest): Promise<{ readonly caller: Caller } | { readonly ended: AdmissionEnd }> {
    const session = caller.viaSession;
    if (session === undefined) {
      const key = keyIn(headers.authorization ?? '');
      const now = key === undefined ? undefined : await this.#apiKeys.callerWith(key);
      return now === undefined ? { ended: 'unauthenticated' } : { caller: now };
    }
    const token = sessionTokenOf(headers.cookie, this.#http) ?? '';
    const found = await this.#sessions.lookUpAgain(token, session.id);
    return found === 'token_renewed' ? { ended: found } : found;
  }
}
