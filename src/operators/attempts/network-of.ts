import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const HOME_BITS = 64;

/** Whose wrong tries count together: one IPv4 address, or the /64 that an IPv6 home or office has to itself. */
export function networkOf(address: string): string {
  if (isIP(address) === 0) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${HOME_BITS}`);
  return `${network.toString()}/${HOME_BITS}`;
}
