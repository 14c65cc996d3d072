import { ArmedFault, ImmediateViolation, injectFault, resourcesOf } from './inject-fault.js';
import type { Fault, Step } from '../plan/plan.js';
import type { World } from '../world/world.js';

/** A fault that was injected, and its time by `Date.now()`. */
export interface InjectedFault {
  readonly from: number;
  readonly until: number;
  readonly phase: Step['phase'];
  readonly fault: Fault;
  /** How often it struck. An armed fault may find no occasion. */
  readonly strikes: number;
}

interface TrackedFault {
  readonly injected: Omit<InjectedFault, 'strikes'>;
  readonly armed: ArmedFault | undefined;
  strikes: number;
}

/** Injects faults. Those that need the same thing run one after the other, all others overlap. */
export class FaultInjector {
  readonly #world: World;
  readonly #log: (line: string) => void;

  readonly #tracked: TrackedFault[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #busy = new Map<string, Promise<unknown>>();
  readonly violations: string[] = [];
  readonly #begun = performance.now();

  constructor(world: World, log: (line: string) => void) {
    this.#world = world;
    this.#log = log;
  }

  get injected(): readonly InjectedFault[] {
    return this.#tracked.map(({ injected, strikes }) => ({ ...injected, strikes }));
  }

  get seconds(): number {
    return Math.round((performance.now() - this.#begun) / 100) / 10;
  }

  /** Resolves when the effect is over. Callers need not wait for it. */
  inject({ phase, fault }: Step): Promise<void> {
    const resources = resourcesOf(fault);
    const before = Promise.all(
      resources.map((resource) => this.#busy.get(resource) ?? Promise.resolve()),
    );
    const effect = before.then(async () => {
      this.#log(`${this.seconds} s, ${phase}: ${JSON.stringify(fault)}`);
      const from = Date.now();
      const outcome = await injectFault(this.#world, fault);
      if (outcome instanceof ImmediateViolation) this.violations.push(outcome.violation);
      const armed = outcome instanceof ArmedFault ? outcome : undefined;
      const injected = { from, until: Date.now(), phase, fault };
      this.#tracked.push({ injected, armed, strikes: armed ? 0 : 1 });
    });
    for (const resource of resources) this.#busy.set(resource, effect);
    this.#running.push(effect);
    // `whenOver` reports a failure. Before that the failure must not end the run.
    effect.catch(() => {});
    return effect;
  }

  async whenOver(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Updates how often armed faults have struck. A removed fault keeps its count. */
  async countStrikes(): Promise<void> {
    for (const one of this.#tracked)
      if (one.armed) one.strikes = Math.max(one.strikes, await one.armed.strikes());
  }
}
