import { createHmac } from 'node:crypto';

/** What one login sends to the provider, and looks for in what comes back. */
export interface LoginSecrets {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
}

/** All of it comes from the secret in the browser's cookie: the database has but its hash, and no other browser fits. */
export const secretsOf = (secret: string): LoginSecrets => ({
  state: derived(secret, 'state'),
  nonce: derived(secret, 'nonce'),
  verifier: derived(secret, 'verifier'),
});

const derived = (secret: string, use: string): string =>
  createHmac('sha256', secret).update(`weicast oidc ${use}`).digest('base64url');
