import { SilentProxy } from '../../support/stores/silent-proxy.js';
import { type Role, ROLES, type StoreName } from '../plan/plan.js';

/** A proxy between each role and each store. It can swallow everything. */
export class StoreProxies {
  readonly #proxies: ReadonlyMap<string, SilentProxy>;

  private constructor(proxies: ReadonlyMap<string, SilentProxy>) {
    this.#proxies = proxies;
  }

  static async open(
    portOf: Readonly<Record<StoreName, () => number | undefined>>,
  ): Promise<StoreProxies> {
    const proxies = new Map<string, SilentProxy>();
    for (const role of ROLES)
      for (const store of ['postgres', 'redis'] as const)
        proxies.set(`${role} ${store}`, await SilentProxy.open(portOf[store]));
    return new StoreProxies(proxies);
  }

  of(role: Role, store: StoreName): SilentProxy {
    return this.#proxies.get(`${role} ${store}`) as SilentProxy;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
  }
}
