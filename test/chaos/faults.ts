import { type Fault, type FaultKind, type Role, ROLES } from './plan.js';
import { freezeBeside } from './takeover.js';
import type { World } from './world.js';

/** A fault that lies in wait for its occasions. */
export class Ambush {
  constructor(
    /** How often it has struck so far. */
    readonly strikes: () => Promise<number>,
  ) {}
}

/** A fault that showed at once that a promise is broken. */
export class Broken {
  constructor(readonly violation: string) {}
}

type Injection<Kind extends FaultKind> = (
  world: World,
  fault: Extract<Fault, { kind: Kind }>,
) => Promise<unknown>;

/** How each fault is brought about. The promise resolves when what was away is back, or is on its way back. */
const INJECTIONS: { readonly [Kind in FaultKind]: Injection<Kind> } = {
  kill: (world, fault) => world.role(fault.role).kill(fault.downMs),
  'kill-all': ({ service }, { downMs }) =>
    Promise.all(service.all.map((process) => process.kill(downMs))),
  freeze: async (world, fault) => {
    const process = world.role(fault.role);
    process.freeze();
    await world.pause(fault.forMs);
    process.thaw();
  },
  'freeze-beside': async (world, fault) => {
    const breach = await freezeBeside(world, fault.role, fault.forMs);
    return breach === undefined ? undefined : new Broken(breach);
  },
  silence: async (world, fault) => {
    const line = world.lines.of(fault.to, fault.of);
    const before = line.swallowed;
    line.silence();
    const asked = fault.to === 'api' ? world.askTheApi() : undefined;
    await world.pause(fault.forMs);
    line.speak();
    await asked;
    // What stands stays silent for good, and what was never used has struck nobody.
    return new Ambush(() => Promise.resolve(line.swallowed - before));
  },
  'redis-kill': async ({ redis }, { downMs }) => redis?.kill(downMs),
  'redis-loses-writes': async ({ redis }, { bytes, downMs }) => redis?.loseWrites(bytes, downMs),
  'redis-empty': async ({ redis }) => redis?.empty(),
  'postgres-away': ({ postgres }, { how, downMs }) => postgres.away(how, downMs),
  'both-away': ({ postgres, redis }, { downMs }) =>
    Promise.all([postgres.away('stop', downMs), redis?.kill(downMs)]),
  'postgres-back-up': ({ postgres }, { how }) => postgres.backUp(how),
  'postgres-restore': async ({ postgres, service }, { how, restart }) => {
    await postgres.restore(how);
    if (restart) await Promise.all(service.all.map((process) => process.kill()));
  },
  'connections-cut': async ({ postgres }, cut) => {
    const standing = postgres.proxy.cut(cut);
    return new Ambush(async () => standing.struck);
  },
  'connections-ended': ({ postgres }) => postgres.terminateAll(),
  wechat: async ({ wechat }, { rule }) => {
    const { id } = await wechat.fault(rule);
    return new Ambush(async () => (await wechat.faults()).find((one) => one.id === id)?.met ?? 0);
  },
  'token-expires': ({ wechat, appids }, { errcode }) =>
    Promise.all(appids.map((appid) => wechat.expireTokens(appid, errcode))),
};

/** What a fault needs for itself while it lasts: two that share something come one after the other. */
export function resourcesOf(fault: Fault): readonly (Role | 'redis' | 'postgres')[] {
  switch (fault.kind) {
    case 'kill':
    case 'freeze':
      return [fault.role];
    case 'silence':
      return [fault.to];
    case 'freeze-beside':
      // Whoever is to take over must be there, and have what it takes.
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

export const inject = <Kind extends FaultKind>(
  world: World,
  fault: Extract<Fault, { kind: Kind }>,
): Promise<unknown> => (INJECTIONS[fault.kind] as Injection<Kind>)(world, fault);
