import type { Role } from '../plan/plan.js';
import type { World } from '../world/world.js';

/** Other workers must take over within this time. The server frees the locks of a frozen worker within seconds. */
const TAKEOVER_MS = 30_000;
const POLL_MS = 250;

/** The violation of a missing takeover. Undefined if all is well. */
export type Breach = string | undefined;

/**
 * Freezes a worker, and checks that WeChat gets messages from the others within half a minute. Time counts only while
 * there are recipients left and nothing holds the broadcast.
 */
export async function freezeAndWatchTakeover(
  world: World,
  role: Role,
  forMs: number,
): Promise<Breach> {
  const process = world.process(role);
  const thawAt = performance.now() + forMs;
  process.freeze();
  try {
    const breach = await watchTakeover(world, role, forMs);
    await world.pause(thawAt - performance.now());
    return breach;
  } finally {
    process.thaw();
  }
}

async function watchTakeover(world: World, role: Role, forMs: number): Promise<Breach> {
  const [appid] = world.appids;
  const { accepted: before } = await world.wechat.stats(appid);
  let since = performance.now();
  for (const end = since + forMs; performance.now() < end; await world.pause(POLL_MS)) {
    if ((await world.wechat.stats(appid)).accepted > before) return undefined;
    if (!(await world.canSend())) since = performance.now();
    if (performance.now() - since > TAKEOVER_MS)
      return `nobody took over from ${role} within ${TAKEOVER_MS / 1_000} s of its standing still`;
  }
  return undefined;
}
