import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figures } from '../bench.js';
import { measureBroadcast, createWarmAccount } from '../support/broadcast-run.js';
import { residentBytes } from '../support/processor-time.js';
import { percentileOf } from '../support/spread.js';
import type { Role } from '../support/service.js';
import type { Testbed } from '../support/testbed.js';

const PROCESSES: readonly (readonly Role[])[] = [['api'], ['callback'], ['worker']];
const SAMPLE_MS = 250;
/** A process grows in its first minutes. So all sizes send the same number of messages, in several broadcasts. */
const FULL_MESSAGES = 1_000_000;

export const memory: Bench = {
  name: 'memory',
  about: 'the most that each process and Redis hold, by the number of recipients',
  async run(testbed, { full, size }) {
    const sizes =
      size === undefined ? (full ? [10_000, 100_000, 1_000_000] : [10_000, 20_000]) : [size];
    const figures: Record<string, Figures> = {};
    for (const followers of sizes) {
      const broadcasts = full ? Math.ceil(FULL_MESSAGES / followers) : 1;
      figures[`${followers} recipients`] = await memoryOf(testbed, followers, broadcasts);
    }
    return figures;
  },
};

/** Each size is measured in new processes. */
async function memoryOf(testbed: Testbed, followers: number, broadcasts: number): Promise<Figures> {
  return testbed.withService({ processes: PROCESSES }, async (service) => {
    const redis = await testbed.redis();
    // The service knows the followers beforehand. The bench `sync` measures the walk of the list.
    testbed.log(`followers: ${followers}`);
    const account = await createWarmAccount(testbed, service, {
      followers,
      latencyMs: 20,
      receipts: true,
    });
    const idle = await redis.usedBytes();
    const watch = watchMemory(
      testbed,
      PROCESSES.map(([role = 'api']) => [role, service.pids(role)[0] ?? 0] as const),
    );
    for (let n = 1; n <= broadcasts; n++) {
      testbed.log(`broadcast ${n} of ${broadcasts}`);
      await measureBroadcast(testbed, service, account, { receipts: true });
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

function watchMemory(testbed: Testbed, watched: readonly (readonly [Role, number])[]) {
  const processes = new Map<Role, number[]>(watched.map(([role]) => [role, []]));
  const redisBytes: number[] = [];
  const over = new AbortController();
  const watching = (async () => {
    const redis = await testbed.redis();
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
