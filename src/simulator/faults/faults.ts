import { SeededRandom } from '../kernel/seeded-random.js';
import type { FaultEnding, FaultPlan } from './fault-plan.js';
import type { FaultAction, FaultCondition, FaultRule, FaultView } from './fault-rule.js';

/** What the rules read about a call. */
export type FaultSubject = {
  readonly path: string;
  /** Whether the call sends a message. */
  readonly sends: boolean;
  readonly appid: string | undefined;
  readonly openid: string | undefined;
  readonly hasLeft: () => boolean;
};

type ActiveRule = {
  readonly id: number;
  readonly rule: FaultRule;
  readonly openids: ReadonlySet<string> | undefined;
  readonly random: SeededRandom;
  readonly metOpenids: Set<string> | undefined;
  passed: number;
  met: number;
};

/** The scripted faults. Rules apply in the order of their creation. Delays add up, and the first ending wins. */
export class Faults {
  #rules: ActiveRule[] = [];
  #lastId = 0;

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  add(rule: FaultRule): FaultView {
    const { openids, seed } = rule.when ?? {};
    const id = ++this.#lastId;
    const active: ActiveRule = {
      id,
      rule,
      openids: openids && new Set(openids),
      random: new SeededRandom(seed ?? id),
      metOpenids: rule.remember ? new Set() : undefined,
      passed: 0,
      met: 0,
    };
    this.#rules.push(active);
    return view(active);
  }

  list(): FaultView[] {
    return this.#rules.map(view);
  }

  /** Removes one rule, or all of them. Returns how many it removed. */
  clear(id?: number): number {
    const before = this.#rules.length;
    this.#rules = id === undefined ? [] : this.#rules.filter((active) => active.id !== id);
    return before - this.#rules.length;
  }

  /** Collects the effects on a call, and counts the call. So it must be asked once for each call. */
  plan(subject: FaultSubject): FaultPlan | undefined {
    let plan: FaultPlan | undefined;
    for (const active of this.#rules) {
      const { fault } = active.rule;
      // A second ending has no effect, so its rule does not count this call.
      if (plan?.ending && isEnding(fault)) continue;
      if (!matches(active, subject)) continue;
      plan ??= { delayBeforeMs: 0, delayAfterMs: 0 };
      apply(fault, plan);
    }
    return plan;
  }
}

function matches(active: ActiveRule, subject: FaultSubject): boolean {
  const when: FaultCondition = active.rule.when ?? {};
  const { path } = when;
  if (path === undefined ? !subject.sends : path !== '*' && path !== subject.path) return false;
  if (when.appid !== undefined && when.appid !== subject.appid) return false;
  if (active.openids && !(subject.openid !== undefined && active.openids.has(subject.openid)))
    return false;
  if (when.times !== undefined && active.met >= when.times) return false;
  if (when.sparingLeft && subject.hasLeft()) return false;
  const turn = active.passed++ - (when.skip ?? 0);
  if (turn < 0) return false;
  if (when.every !== undefined && turn % when.every >= (when.length ?? 1)) return false;
  if (when.probability !== undefined && !active.random.chance(when.probability)) return false;
  active.met++;
  if (subject.openid !== undefined) active.metOpenids?.add(subject.openid);
  return true;
}

function apply(fault: FaultAction, plan: FaultPlan): void {
  switch (fault.kind) {
    case 'delay':
      if (fault.accepted) plan.delayAfterMs += fault.ms;
      else plan.delayBeforeMs += fault.ms;
      return;
    case 'fate':
      plan.fate = fault.status;
      return;
    case 'review': {
      const { kind: _, ...rule } = fault;
      plan.review = rule;
      return;
    }
    case 'receipt':
      plan.receipt = { ...plan.receipt, ...fault.settings };
      return;
    case 'errcode':
    case 'drop':
    case 'cut':
    case 'http':
      plan.ending = { how: fault, accepted: fault.accepted ?? false };
  }
}

const isEnding = (fault: FaultAction): fault is FaultEnding & { accepted?: boolean } =>
  fault.kind !== 'delay' &&
  fault.kind !== 'fate' &&
  fault.kind !== 'review' &&
  fault.kind !== 'receipt';

const view = ({ id, rule, met, metOpenids }: ActiveRule): FaultView => ({
  id,
  met,
  ...(metOpenids && { metOpenids: [...metOpenids] }),
  ...rule,
});
