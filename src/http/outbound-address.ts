import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { both, type Params } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

/** Which addresses a customer's URL may lead to. */
export interface OutboundPolicy {
  /** True only beside the simulator; see `WechatConfig.loopback`. */
  readonly allowLoopback: boolean;
}

/** A customer's URL that would make us knock at a door inside the network, or that names none at all. */
export class OutboundAddressRefused extends DomainError {
  constructor(
    readonly zh: string,
    readonly en: string,
    params: Params = {},
    cause?: unknown,
  ) {
    super('unprocessable', 'address_refused', both(zh, en, params), { cause });
    this.name = 'OutboundAddressRefused';
  }
}

/**
 * Checks an address that a customer gave us and that we will call: http or https, no user name in it, and every
 * address its name stands for is a public one. A name may stand for another address a moment later, so calls
 * go through `OutboundDispatcher`, which checks again the address that is really connected to.
 */
export async function checkOutboundUrl(text: string, policy: OutboundPolicy): Promise<URL> {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new OutboundAddressRefused(
      '地址应以 http:// 或 https:// 开头。',
      'expected an address that begins with http:// or https://',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundAddressRefused(
      '地址中不能带用户名或密码。',
      'the address must not carry a user name or a password',
    );
  }
  await publicAddressOf(bareHost(url.hostname), policy);
  return url;
}

/** `dns.lookup` that fails when any of the answers is an address we do not call. */
export function guardedLookup(policy: OutboundPolicy): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const refusal = error ?? firstRefusal(hostname, addresses, policy);
      const [first] = addresses ?? [];
      if (refusal) callback(refusal, '');
      else if (options.all === true) callback(null, addresses);
      else if (first === undefined) callback(noAddress(hostname), '');
      else callback(null, first.address, first.family);
    });
  };
}

const noAddress = (host: string): OutboundAddressRefused =>
  new OutboundAddressRefused(`${host} 没有地址，请检查 DNS。`, `${host} has no address`, {
    host,
  });

/** One of the addresses of a host, all of which may be called; one of IPv4 if there is any. */
export async function publicAddressOf(host: string, policy: OutboundPolicy): Promise<string> {
  const addresses = await new Promise<readonly LookupAddress[]>((resolve, reject) => {
    lookup(host, { all: true }, (error, found) => {
      if (error === null) resolve(found);
      else
        reject(
          new OutboundAddressRefused(
            `无法解析主机名 ${host}（${error.code}），请检查拼写和 DNS。`,
            `the name ${host} cannot be resolved here (${error.code})`,
            { host, errorCode: error.code ?? '' },
            error,
          ),
        );
    });
  });
  const refusal = firstRefusal(host, addresses, policy);
  const { address } = addresses.find(({ family }) => family === 4) ?? addresses[0] ?? {};
  if (refusal !== undefined || address === undefined) throw refusal ?? noAddress(host);
  return address;
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

/** On this address, which looks public, Azure gives its machines their credentials. */
const AZURE_WIRE_SERVER = '168.63.129.16';

/** The range of IPv6 from which public addresses are assigned; `SPECIAL_IPV6` is excepted. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
const SPECIAL_IPV6 = [
  '2001::/23', // protocols, Teredo among them
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address inside
  '3fff::/20', // documentation
].map((network) => ipaddr.IPv6.parseCIDR(network));

const isPublic = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
  address instanceof ipaddr.IPv6
    ? address.match(PUBLIC_IPV6) && !SPECIAL_IPV6.some((network) => address.match(network))
    : address.range() === 'unicast' && address.toString() !== AZURE_WIRE_SERVER;

export function refusalOf(
  host: string,
  address: string,
  { allowLoopback }: OutboundPolicy,
): OutboundAddressRefused | undefined {
  // `process` unwraps IPv4 in IPv6. Metadata services live in linkLocal, uniqueLocal and carrierGradeNat ranges.
  const parsed = ipaddr.process(address);
  if (isPublic(parsed)) return undefined;
  if (parsed.range() === 'loopback' && allowLoopback) return undefined;
  return new OutboundAddressRefused(
    `${host} 指向 ${address}，不是公网地址。`,
    `${host} leads to ${address}, which is not an address of the public internet`,
    { host, address },
  );
}

/** A host name as it is looked up: IPv6 without its brackets. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');
