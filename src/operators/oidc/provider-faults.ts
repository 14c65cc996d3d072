import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { OidcFailure } from './oidc-refusals.js';

/** The library's codes, by what they mean for whoever reads the sentence. */
const OF_A_LOGIN: Readonly<Record<string, OidcFailure>> = {
  OAUTH_TIMEOUT: 'oidc_unreachable',
  OAUTH_ABORT: 'oidc_unreachable',
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'oidc_unreachable',
  OAUTH_RESPONSE_IS_NOT_JSON: 'oidc_unreachable',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'oidc_clock',
};

const OF_DISCOVERY: Readonly<Record<string, OidcFailure>> = {
  OAUTH_TIMEOUT: 'oidc_unreachable',
  OAUTH_ABORT: 'oidc_unreachable',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'oidc_wrong_issuer',
};

/** The provider takes our client for another one, or does not know it. */
const OF_US = new Set(['invalid_client', 'unauthorized_client', 'invalid_scope']);

/** What is wrong with what stands at the issuer's address. */
export function discoveryFailureOf(error: unknown): OidcFailure {
  if (!(error instanceof ClientError) || error.code === undefined) return 'oidc_unreachable';
  return OF_DISCOVERY[error.code] ?? 'oidc_no_discovery';
}

/** What an error of a login is called: of a call of the provider, or of the check of its answer. */
export function loginFailureOf(error: unknown): OidcFailure {
  if (error instanceof AuthorizationResponseError) return ofUs(error.error, 'oidc_cancelled');
  if (error instanceof ResponseBodyError) return ofUs(error.error, 'oidc_code_refused');
  if (error instanceof WWWAuthenticateChallengeError) return 'oidc_refused_us';
  if (error instanceof ClientError && error.code !== undefined)
    return OF_A_LOGIN[error.code] ?? 'oidc_bad_token';
  // `fetch` has nothing else to say of networks.
  return 'oidc_unreachable';
}

const ofUs = (error: string, otherwise: OidcFailure): OidcFailure =>
  OF_US.has(error) ? 'oidc_refused_us' : otherwise;

const LONGEST = 300;

/** What was said, for an admin: the provider's own error, or the network's, down to its first cause. */
export function detailOf(error: unknown): string {
  const texts: string[] = [];
  for (let each = error, deep = 0; each instanceof Error && deep < 5; each = each.cause, deep++) {
    const { code } = each as NodeJS.ErrnoException;
    const said = saidIn(each) ?? (each.message || (code ?? each.name));
    if (said !== '' && !texts.includes(said)) texts.push(said);
  }
  return texts
    .join(': ')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, LONGEST);
}

/** As OAuth has it: `error` and, where the provider gives one, a description; in a body, or in a header. */
function saidIn(error: Error): string | undefined {
  if (error instanceof WWWAuthenticateChallengeError) {
    const [challenge] = error.cause;
    return worded(challenge?.parameters.error, challenge?.parameters.error_description);
  }
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError)
    return worded(error.error, error.error_description);
  return undefined;
}

const worded = (error: string | undefined, description: string | undefined): string | undefined =>
  error === undefined || description === undefined ? error : `${error} (${description})`;
