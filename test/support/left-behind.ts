import { createHook } from 'node:async_hooks';
import { getActiveResourcesInfo, stderr, stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;
const SETTLED_MS = 300;

/** How many there are of each kind of timer, socket, child process or request that keeps this process alive. */
function counted(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** What keeps the process alive since a moment, beyond what did so before. */
export class Mark {
  readonly #before: ReadonlyMap<string, number>;

  private constructor(before: ReadonlyMap<string, number>) {
    this.#before = before;
  }

  /** Jest in one process has timers of its own there; what is about to end would hide as much of what comes after. */
  static async set(): Promise<Mark> {
    // They are opened by whoever writes first, and stay.
    void [stdout.writable, stderr.writable];
    const first = counted();
    if (!first.has('Timeout')) return new Mark(first);
    await sleep(SETTLED_MS);
    const then = counted();
    return new Mark(
      new Map([...first].map(([kind, count]) => [kind, Math.min(count, then.get(kind) ?? 0)])),
    );
  }

  /** The kinds, a kind as often as there is more of it; empty as soon as nothing is left, at the latest after so long. */
  async leftAfter(patienceMs: number): Promise<string[]> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const left = [...counted()].flatMap(([kind, count]) =>
        Array.from({ length: Math.max(0, count - (this.#before.get(kind) ?? 0)) }, () => kind),
      );
      if (left.length === 0 || performance.now() >= deadline) return left;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

interface Resource {
  readonly hasRef?: () => boolean;
}
interface Made {
  readonly resource: WeakRef<Resource>;
  readonly stack: string;
}

/** Remembers where what keeps the process alive was made; each timer and socket costs a stack then. */
export class Makers {
  readonly #made = new Map<number, Made>();
  readonly #hook = createHook({
    init: (id, kind, _trigger, resource: Resource) => {
      if (kind === 'Immediate' || kind === 'TickObject') return;
      this.#made.set(id, { resource: new WeakRef(resource), stack: new Error(kind).stack ?? kind });
    },
    destroy: (id) => this.#made.delete(id),
    trackPromises: false,
  }).enable();

  /** A stack for each that is still there. */
  stacks(): string[] {
    return [...this.#made.values()].flatMap(({ resource, stack }) =>
      resource.deref()?.hasRef?.() === true ? [stack] : [],
    );
  }

  stop(): void {
    this.#hook.disable();
    this.#made.clear();
  }
}
