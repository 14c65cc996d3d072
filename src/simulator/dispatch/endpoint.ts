import type { Account } from '../accounts/account.js';
import type { AccountKind } from '../settings/account-settings.js';
import type { Answer } from './answer.js';
import type { Call } from '../wire/call.js';

/** An endpoint of api.weixin.qq.com that needs an access_token. */
export type GuardedEndpoint = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The kinds of accounts that may call it. Others get 48001. */
  readonly kinds: readonly AccountKind[];
  /** It sends a message to `touser`. Such calls are metered and delayed, and rules without a path meet them. */
  readonly sends?: boolean;
  /** A second send to an openid during the first is refused with 43108. */
  readonly oneAtATime?: boolean;
  answer(call: Call, account: Account): Answer | Promise<Answer>;
};

/** An endpoint with its own credentials, such as the token endpoints. */
export type OpenEndpoint = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly kinds: null;
  readonly sends?: undefined;
  readonly oneAtATime?: undefined;
  answer(call: Call): Answer | Promise<Answer>;
};

export type Endpoint = GuardedEndpoint | OpenEndpoint;

export const EVERY_KIND: readonly AccountKind[] = ['service', 'mini_program'];
export const SERVICE_ONLY: readonly AccountKind[] = ['service'];
export const MINI_PROGRAM_ONLY: readonly AccountKind[] = ['mini_program'];
