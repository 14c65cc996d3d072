import { type Fault, type FaultKind, type Role, ROLES } from '../plan/plan.js';
import { freezeAndWatchTakeover } from './takeover.js';
import type { World } from '../world/world.js';

/** A fault that strikes when an occasion comes. */
export class ArmedFault {
  constructor(
    /** Says how often it has struck so far. */
    readonly strikes: () => Promise<number>,
  ) {}
}

/** Says that a fault showed at once a broken promise. */
export class ImmediateViolation {
  constructor(readonly violation: string) {}
}

type Injection<Kind extends FaultKind> = (
  world: World,
  fault: Extract<Fault, { kind: Kind }>,
) => Promise<unknown>;

/** How each fault is injected. The promise resolves when everything is back, or on its way back. */
const INJECTIONS: { readonly [Kind in FaultKind]: Injection<Kind> } = {
  kill: (world, fault) => world.process(fault.role).kill(fault.downMs),
  'kill-all': ({ service }, { downMs }) =>
    Promise.all(service.all.map((process) => process.kill(downMs))),
  freeze: async (world, fault) => {
    const process = world.process(fault.role);
    process.freeze();
    await world.pause(fault.forMs);
    process.thaw();
  },
  'freeze-beside': async (world, fault) => {
    const violation = await freezeAndWatchTakeover(world, fault.role, fault.forMs);
    return violation === undefined ? undefined : new ImmediateViolation(violation);
  },
  silence: async (world, fault) => {
    const proxy = world.storeProxies.of(fault.to, fault.of);
    const before = proxy.swallowed;
    proxy.silence();
    const asked = fault.to === 'api' ? world.requestFromApi() : undefined;
    await world.pause(fault.forMs);
    proxy.speak();
    await asked;
    // Open connections stay silent for good. A silence struck nobody if no connection was used.
    return new ArmedFault(() => Promise.resolve(proxy.swallowed - before));
  },
  'redis-kill': async ({ redis }, { downMs }) => redis?.kill(downMs),
  'redis-loses-writes': async ({ redis }, { bytes, downMs }) => redis?.loseWrites(bytes, downMs),
  'redis-empty': async ({ redis }) => redis?.empty(),
  'postgres-away': ({ postgres }, { how, downMs }) => postgres.takeDown(how, downMs),
  'both-away': ({ postgres, redis }, { downMs }) =>
    Promise.all([postgres.takeDown('stop', downMs), redis?.kill(downMs)]),
  'postgres-back-up': ({ postgres }, { how }) => postgres.backUp(how),
  'postgres-restore': async ({ postgres, service }, { how, restart }) => {
    await postgres.restore(how);
    if (restart) await Promise.all(service.all.map((process) => process.kill()));
  },
  'connections-cut': async ({ postgres }, cut) => {
    const armedCut = postgres.proxy.cut(cut);
    return new ArmedFault(async () => armedCut.strikes);
  },
  'connections-ended': ({ postgres }) => postgres.terminateAll(),
  wechat: async ({ wechat }, { rule }) => {
    const { id } = await wechat.addFault(rule);
    return new ArmedFault(
      async () => (await wechat.faults()).find((one) => one.id === id)?.met ?? 0,
    );
  },
  'token-expires': ({ wechat, appids }, { errcode }) =>
    Promise.all(appids.map((appid) => wechat.expireTokens(appid, errcode))),
};

/** What a fault needs for itself while it lasts. Two faults that share something run one after the other. */
export function resourcesOf(fault: Fault): readonly (Role | 'redis' | 'postgres')[] {
  switch (fault.kind) {
    case 'kill':
    case 'freeze':
      return [fault.role];
    case 'silence':
      return [fault.to];
    case 'freeze-beside':
      // Another worker must be there to take over, and needs both stores.
      return [...ROLES, 'redis', 'postgres'];
    case 'redis-kill':
    case 'redis-loses-writes':
    case 'redis-empty':
      return ['redis'];
    case 'postgres-away':
    case 'postgres-back-up':
    case 'postgres-restore':
    case 'connections-ended':
      return ['postgres'];
    case 'both-away':
      return ['redis', 'postgres'];
    case 'kill-all':
    case 'connections-cut':
    case 'wechat':
    case 'token-expires':
      return [];
  }
}

export const injectFault = <Kind extends FaultKind>(
  world: World,
  fault: Extract<Fault, { kind: Kind }>,
): Promise<unknown> => (INJECTIONS[fault.kind] as Injection<Kind>)(world, fault);
