import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { OidcLogin } from '../oidc/oidc-login.service.js';
import { SessionEnding } from './session-ending.service.js';

/** Somebody leaves: our session ends first, whatever the identity provider does. */
@Injectable()
export class Leaving {
  readonly #ending: SessionEnding;
  readonly #oidc: OidcLogin;

  constructor(ending: SessionEnding, oidc: OidcLogin) {
    this.#ending = ending;
    this.#oidc = oidc;
  }

  /** Where to go to end the session at the provider too; undefined where it was not begun there. */
  async leave(caller: Caller): Promise<string | undefined> {
    const id = caller.viaSession?.id;
    if (id === undefined) return undefined;
    await this.#ending.end(caller, id);
    return await this.#oidc.endSessionUrl(id);
  }
}
