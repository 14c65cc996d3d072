import { inject, resourcesOf } from './faults.js';
import type { Fault, Step } from './plan.js';
import type { World } from './world.js';

/** A fault that was brought about, and when, in seconds of the round. */
export interface Injected {
  readonly at: number;
  readonly until: number;
  readonly phase: string;
  readonly fault: Fault;
}

/** Brings faults about; what needs the same thing waits for its turn, everything else overlaps. */
export class Injector {
  readonly injected: Injected[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #busy = new Map<string, Promise<unknown>>();
  readonly #begun = performance.now();

  constructor(
    private readonly world: World,
    private readonly say: (line: string) => void,
  ) {}

  get seconds(): number {
    return Math.round((performance.now() - this.#begun) / 100) / 10;
  }

  /** Resolves when the effect is over; nobody has to wait for it. */
  inject({ phase, fault }: Step): Promise<void> {
    const resources = resourcesOf(fault);
    const before = Promise.all(
      resources.map((resource) => this.#busy.get(resource) ?? Promise.resolve()),
    );
    const effect = before.then(async () => {
      const at = this.seconds;
      this.say(`${at} s, ${phase}: ${JSON.stringify(fault)}`);
      await inject(this.world, fault);
      this.injected.push({ at, until: this.seconds, phase, fault });
    });
    for (const resource of resources) this.#busy.set(resource, effect);
    this.#running.push(effect);
    // Whoever waits for all hears of a failure; until then it must not end the run.
    effect.catch(() => {});
    return effect;
  }

  async over(): Promise<void> {
    await Promise.all(this.#running);
  }
}
