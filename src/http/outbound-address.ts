import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector } from 'undici';
import { DomainError } from '../kernel/domain-error.js';

/** Which addresses a customer's URL may lead to. */
export interface OutboundPolicy {
  /** True only beside the simulator; see `WechatConfig.loopback`. */
  readonly allowLoopback: boolean;
}

/** A customer's URL that would make us knock at a door inside the network, or that names none at all. */
export class OutboundAddressRefused extends DomainError {
  constructor(message: string, cause?: unknown) {
    super('unprocessable', 'address_refused', message, { cause });
    this.name = 'OutboundAddressRefused';
  }
}

/**
 * Checks an address that a customer gave us and that we will call: http or https, no user name in it, and every
 * address its name stands for is a public one. A name may stand for another address a moment later, so calls
 * go through `guardedDispatcher`, which checks again the address that is really connected to.
 */
export async function checkOutboundUrl(text: string, policy: OutboundPolicy): Promise<URL> {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new OutboundAddressRefused('expected an address that begins with http:// or https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundAddressRefused('the address must not carry a user name or a password');
  }
  await resolvePublic(bare(url.hostname), policy);
  return url;
}

/** Connects only to addresses that the policy allows, whatever DNS says by then. Follows no redirects. */
export function guardedDispatcher(policy: OutboundPolicy, options: Agent.Options = {}): Agent {
  const connect = buildConnector({ timeout: 5_000, lookup: guardedLookup(policy) });
  return new Agent({
    ...options,
    connect: (target, callback) => {
      // A literal address is never looked up.
      const host = bare(target.hostname);
      const refusal = isIP(host) === 0 ? undefined : refusalOf(host, host, policy);
      if (refusal === undefined) connect(target, callback);
      else callback(refusal, null);
    },
  });
}

/** `dns.lookup` that fails when any of the answers is an address we do not call. */
function guardedLookup(policy: OutboundPolicy): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const refusal = error ?? firstRefusal(hostname, addresses, policy);
      const [first] = addresses ?? [];
      if (refusal) callback(refusal, '');
      else if (options.all === true) callback(null, addresses);
      else if (first === undefined)
        callback(new OutboundAddressRefused(`${hostname} has no address`), '');
      else callback(null, first.address, first.family);
    });
  };
}

async function resolvePublic(host: string, policy: OutboundPolicy): Promise<void> {
  const addresses = await new Promise<readonly LookupAddress[]>((resolve, reject) => {
    lookup(host, { all: true }, (error, found) => {
      if (error === null) resolve(found);
      else
        reject(
          new OutboundAddressRefused(`the name ${host} cannot be resolved (${error.code})`, error),
        );
    });
  });
  const refusal = firstRefusal(host, addresses, policy);
  if (refusal !== undefined) throw refusal;
}

function firstRefusal(
  host: string,
  addresses: readonly LookupAddress[],
  policy: OutboundPolicy,
): OutboundAddressRefused | undefined {
  for (const { address } of addresses) {
    const refusal = refusalOf(host, address, policy);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Azure answers machines of its own here with their credentials, on an address that looks public. */
const AZURE_WIRE_SERVER = '168.63.129.16';

function refusalOf(
  host: string,
  address: string,
  { allowLoopback }: OutboundPolicy,
): OutboundAddressRefused | undefined {
  // `process` unwraps IPv4 in IPv6. Metadata services live in linkLocal, uniqueLocal and carrierGradeNat ranges.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === 'unicast' && parsed.toString() !== AZURE_WIRE_SERVER) return undefined;
  if (range === 'loopback' && allowLoopback) return undefined;
  return new OutboundAddressRefused(
    `${host} leads to ${address}, which is not an address of the public internet`,
  );
}

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');
