import { both } from '../kernel/bilingual.js';
import type { FieldFault } from '../kernel/domain-error.js';

interface TokenAddress {
  readonly externalTokenUrl?: string | null | undefined;
  readonly sealedExternalTokenBearer?: Buffer | null | undefined;
}

/**
 * A bearer is for one address. An operator who may change addresses and not read secrets must not get it by naming an
 * address of their own, and nobody on the way may read it.
 */
export function bearerFaults(
  before: TokenAddress | undefined,
  after: TokenAddress,
  bearerGiven: boolean,
  allowLoopback: boolean,
): FieldFault[] {
  const { externalTokenUrl: url, sealedExternalTokenBearer: bearer } = after;
  if (!bearer || !url) return [];
  if (!mayCarrySecret(url, allowLoopback)) {
    return [
      {
        path: 'externalTokenUrl',
        code: 'https_required',
        message: both(
          '带 Bearer 的地址必须是 https。',
          'An address that gets a bearer must be https.',
        ),
      },
    ];
  }
  if (bearerGiven || (before !== undefined && sameOrigin(before.externalTokenUrl, url))) return [];
  return [
    {
      path: 'externalTokenBearer',
      code: 'required',
      message: both(
        '地址换到了另一处，请重新填写 Bearer，不需要则填 null。',
        'The address leads elsewhere now: give its bearer again, or null for none.',
      ),
    },
  ];
}

/** True for https, and beside the simulator for plain http to this machine. */
export function mayCarrySecret(url: string, allowLoopback: boolean): boolean {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:') return true;
  return allowLoopback && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

export const sameOrigin = (before: string | null | undefined, after: string): boolean =>
  typeof before === 'string' && URL.parse(before)?.origin === new URL(after).origin;
