import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpConfig } from '../config/config.js';
import { ApiKeysService } from './api-keys.service.js';
import { keyIn } from './bearer.js';
import type { Caller } from './caller.js';
import { sessionTokenOf } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';

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

  /** Undefined for a key or a session that has ended. It prolongs no session. */
  async callerOf({ authorization, cookie }: IncomingHttpHeaders): Promise<Caller | undefined> {
    if (authorization !== undefined) {
      const key = keyIn(authorization);
      return key === undefined ? undefined : this.#apiKeys.callerWith(key);
    }
    const token = sessionTokenOf(cookie, this.#http);
    return token === undefined ? undefined : this.#sessions.callerWith(token);
  }
}
