import { BlockList, isIP } from 'node:net';

interface Exception {
  /** Without a leading dot or "*."; "*" is everything. */
  readonly host: string;
  readonly port: string | undefined;
}

/**
 * `NO_PROXY`, as other programs read it: names with all that is under them (`example.com`, `.example.com`,
 * `*.example.com`), addresses, networks (`10.0.0.0/8`), each with a port where wanted, and `*` for everything.
 */
export class ProxyExceptions {
  readonly #exceptions: readonly Exception[];
  readonly #networks = new BlockList();

  constructor(entries: readonly string[]) {
    const names: Exception[] = [];
    for (const entry of entries) {
      const [address = '', prefix] = entry.split('/');
      const version = isIP(address);
      if (prefix !== undefined && version !== 0 && Number(prefix) <= (version === 4 ? 32 : 128))
        this.#networks.addSubnet(address, Number(prefix), version === 4 ? 'ipv4' : 'ipv6');
      else names.push(exceptionOf(entry));
    }
    this.#exceptions = names;
  }

  has({ hostname, port, protocol }: URL): boolean {
    const host = bare(hostname).replace(/\.$/, '');
    const version = isIP(host);
    if (version !== 0 && this.#networks.check(host, version === 4 ? 'ipv4' : 'ipv6')) return true;
    const called = port || (protocol === 'https:' ? '443' : '80');
    return this.#exceptions.some(
      (exception) =>
        (exception.port ?? called) === called &&
        (exception.host === '*' || host === exception.host || host.endsWith(`.${exception.host}`)),
    );
  }
}

function exceptionOf(entry: string): Exception {
  // An IPv6 address has colons of its own; with a port it stands in brackets.
  const [, host = entry, port] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
  return {
    host: bare(host.toLowerCase())
      .replace(/^\*?\./, '')
      .replace(/\.$/, ''),
    port,
  };
}

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');
