import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figures } from '../bench.js';
import { broadcastLeg, warmAccount } from '../support/broadcast-leg.js';
import { residentBytes } from '../support/processor-time.js';
import { percentileOf } from '../support/spread.js';
import type { Role } from '../support/service.js';
import type { Stage } from '../support/stage.js';

const PROCESSES: readonly (readonly Role[])[] = [['api'], ['callback'], ['worker']];
const SAMPLE_MS = 250;
/** A process grows for its first minutes, whatever it sends: fewer recipients are sent to more often. */
const FULL_MESSAGES = 1_000_000;

export const memory: Bench = {
  name: 'memory',
  about: 'the most that each process and Redis hold, by the number of recipients',
  async run(stage, { full, size }) {
    const sizes =
      size === undefined ? (full ? [10_000, 100_000, 1_000_000] : [10_000, 20_000]) : [size];
    const figures: Record<string, Figures> = {};
    for (const followers of sizes) {
      const broadcasts = full ? Math.ceil(FULL_MESSAGES / followers) : 1;
      figures[`${followers} recipients`] = await memoryOf(stage, followers, broadcasts);
    }
    return figures;
  },
};

/** Of processes that have just begun. */
async function memoryOf(stage: Stage, followers: number, broadcasts: number): Promise<Figures> {
  return stage.withService({ processes: PROCESSES }, async (service) => {
    const redis = await stage.redis();
    // Bigger audiences are known to the service beforehand: the walk of a follower list is `sync`'s matter.
    stage.tell(`followers: ${followers}`);
    const account = await warmAccount(stage, service, {
      followers,
      latencyMs: 20,
      receipts: true,
    });
    const idle = await redis.usedBytes();
    const watch = watchMemory(
      stage,
      PROCESSES.map(([role = 'api']) => [role, service.pids(role)[0] ?? 0] as const),
    );
    for (let n = 1; n <= broadcasts; n++) {
      stage.tell(`broadcast ${n} of ${broadcasts}`);
      await broadcastLeg(stage, service, account, { receipts: true });
    }
    const { processes, redisBytes } = await watch.end();
    return {
      broadcasts,
      ...Object.fromEntries(
        [...processes].map(([role, samples]) => [
          role,
          {
            mostMiB: mib(Math.max(...samples)),
            ninetyFifthPercentileMiB: mib(percentileOf(samples, 0.95)),
          },
        ]),
      ),
      redisMostAboveIdleMiB: mib(Math.max(...redisBytes) - idle),
    };
  });
}

function watchMemory(stage: Stage, watched: readonly (readonly [Role, number])[]) {
  const processes = new Map<Role, number[]>(watched.map(([role]) => [role, []]));
  const redisBytes: number[] = [];
  const over = new AbortController();
  const watching = (async () => {
    const redis = await stage.redis();
    while (!over.signal.aborted) {
      for (const [role, pid] of watched) processes.get(role)?.push(residentBytes(pid));
      redisBytes.push(await redis.usedBytes());
      await sleep(SAMPLE_MS, undefined, { signal: over.signal }).catch(() => {});
    }
  })();
  return {
    end: async () => {
      over.abort();
      await watching;
      return { processes, redisBytes };
    },
  };
}

const mib = (bytes: number): number => Number((bytes / 1_048_576).toFixed(1));
