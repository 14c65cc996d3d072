import { Rejection } from '../kernel/rejection.js';

/** The answer of a person who is asked for a grant. `withdraw` comes later, from the settings. */
export type GrantAnswer = 'accept' | 'reject' | 'withdraw';

/** The grant of one person for one template. */
export type HeldGrant = {
  readonly templateId: string;
  /** The messages that may still come. Null means any number. */
  readonly count: number | null;
};

/** How many messages each person has allowed. An account can only guess this from the events. */
export class Grants {
  readonly #forLong: (templateId: string) => boolean;

  readonly #counts = new Map<string, Map<number, number>>();
  readonly #lastSeconds = new Map<number, number>();
  #spent = 0;
  #missing = 0;

  /** @param forLong whether a template's grant is not used up by messages */
  constructor(forLong: (templateId: string) => boolean) {
    this.#forLong = forLong;
  }

  answer(follower: number, templateId: string, answer: GrantAnswer): void {
    if (answer === 'accept') this.#add(follower, templateId, this.#forLong(templateId));
    // A "no" to one question takes back no earlier "yes". Only the settings do.
    if (answer === 'withdraw') this.#counts.get(templateId)?.delete(follower);
  }

  /** Allows one message for one occasion, of any template. */
  answerScene(follower: number, scene: number): void {
    this.#add(follower, sceneKey(scene), false);
  }

  /** Whether there is a grant. It only checks, and `spend` uses the grant. */
  allows(follower: number, templateId: string): boolean {
    const allowed = this.count(follower, templateId) > 0;
    if (!allowed) this.#missing++;
    return allowed;
  }

  allowsScene(follower: number, scene: number): boolean {
    return this.allows(follower, sceneKey(scene));
  }

  spend(follower: number, templateId: string): void {
    const count = this.count(follower, templateId);
    if (count === 0) throw new Rejection(`nothing is granted for ${templateId}`);
    const people = this.#peopleOf(templateId);
    if (count > 1) people.set(follower, count - 1);
    else people.delete(follower);
    this.#spent++;
  }

  spendScene(follower: number, scene: number): void {
    this.spend(follower, sceneKey(scene));
  }

  /** The messages that are left. A long-term grant has Infinity. */
  count(follower: number, templateId: string): number {
    return this.#counts.get(templateId)?.get(follower) ?? 0;
  }

  listOf(follower: number): HeldGrant[] {
    return [...this.#counts].flatMap(([templateId, people]) => {
      const count = people.get(follower);
      return count === undefined
        ? []
        : [{ templateId, count: Number.isFinite(count) ? count : null }];
    });
  }

  /** The second of a person's next answer. Each answer has another second, by which an account tells them apart. */
  nextSecond(follower: number, now: number): number {
    const second = Math.max(Math.floor(now / 1000), (this.#lastSeconds.get(follower) ?? 0) + 1);
    this.#lastSeconds.set(follower, second);
    return second;
  }

  resetCounts(): void {
    this.#spent = 0;
    this.#missing = 0;
  }

  report() {
    const counts = [...this.#counts.values()].flatMap((people) => [...people.values()]);
    return {
      holders: counts.length,
      left: counts.filter(Number.isFinite).reduce((sum, count) => sum + count, 0),
      spent: this.#spent,
      missing: this.#missing,
    };
  }

  #add(follower: number, key: string, forLong: boolean): void {
    const people = this.#peopleOf(key);
    people.set(follower, forLong ? Infinity : (people.get(follower) ?? 0) + 1);
  }

  #peopleOf(key: string): Map<number, number> {
    let people = this.#counts.get(key);
    if (!people) {
      people = new Map();
      this.#counts.set(key, people);
    }
    return people;
  }
}

const sceneKey = (scene: number): string => `scene ${scene}`;
