import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { LoginConfig } from '../../config/config.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { IdentityProvider } from './identity-provider.js';
import type { OidcStateView } from './oidc-state.dto.js';
import { type LastFailure, OidcState } from './oidc-state.service.js';

@ApiTags('login')
@Controller('v1/oidc')
export class OidcStateController {
  readonly #provider: IdentityProvider;
  readonly #state: OidcState;
  readonly #ways: LoginConfig;

  constructor(provider: IdentityProvider, state: OidcState, ways: LoginConfig) {
    this.#provider = provider;
    this.#state = state;
    this.#ways = ways;
  }

  /**
   * Says whether an identity provider is configured, and how its last logins went. The environment configures it; the
   * addresses in the answer are to be on record there.
   */
  @Get()
  @Operation('getOidc')
  @Needs('operator.manage')
  async show(): Promise<OidcStateView> {
    const { settings, redirectUri, postLogoutRedirectUri } = this.#provider;
    const { succeededAt, lastFailure } = await this.#state.read();
    return {
      configured: settings !== undefined,
      name: settings?.name ?? null,
      issuer: settings?.issuer ?? null,
      clientId: settings?.clientId ?? null,
      redirectUri: settings ? redirectUri : null,
      postLogoutRedirectUri: settings ? postLogoutRedirectUri : null,
      roleClaim: settings?.roleClaim ?? null,
      accountsClaim: settings?.accountsClaim ?? null,
      passwordLogin: this.#ways.passwords,
      succeededAt,
      lastFailure: lastFailure && toFailureView(lastFailure),
    };
  }
}

const toFailureView = ({ at, code, words, detail }: LastFailure) => ({
  at,
  code,
  params: words.params,
  zh: words.zh,
  en: words.en,
  detail,
});
