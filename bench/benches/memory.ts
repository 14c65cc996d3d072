import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figures } from '../bench.js';
import { broadcastLeg, warmAccount } from '../support/broadcast-leg.js';
import { residentBytes } from '../support/processor-time.js';
import { percentileOf } from '../support/spread.js';
import type { Role } from '../support/service.js';
import type { Stage } from '../support/stage.js';

const PROCESSES: readonly (readonly Role[])[] = [['api'], ['callback'], ['worker']];
const SAMPLE_MS = 250;

export const memory: Bench = {
  name: 'memory',
  about: 'the most that each process and Redis hold, by the number of recipients',
  async run(stage, { full, size }) {
    const sizes =
      size === undefined ? (full ? [10_000, 100_000, 1_000_000] : [10_000, 20_000]) : [size];
    return stage.withService({ processes: PROCESSES }, async (service) => {
      const redis = await stage.redis();
      // Bigger audiences are known to the service beforehand: the walk of a follower list is `sync`'s matter.
      const accounts = [];
      for (const followers of sizes) {
        stage.tell(`followers: ${followers}`);
        accounts.push(
          await warmAccount(stage, service, { followers, latencyMs: 20, receipts: true }),
        );
      }
      const idle = await redis.usedBytes();
      const watched = PROCESSES.map(
        ([role = 'api']) => [role, service.pids(role)[0] ?? 0] as const,
      );
      const figures: Record<string, Figures> = {};
      for (const account of accounts) {
        stage.tell(`broadcast: ${account.followers}`);
        const watch = watchMemory(stage, watched);
        await broadcastLeg(stage, service, account, { receipts: true });
        const { processes, redisBytes } = await watch.end();
        figures[`${account.followers} recipients`] = {
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
      }
      return figures;
    });
  },
};

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
