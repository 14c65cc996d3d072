import { Rejection } from '../kernel/rejection.js';

/** What somebody answers when asked whether messages may come; `withdraw` is said later, in the settings. */
export type GrantAnswer = 'accept' | 'reject' | 'withdraw';

/** One person's leave for one template. */
export type HeldGrant = {
  readonly templateId: string;
  /** Messages that may still come; null: as many as one likes. */
  readonly count: number | null;
};

/** How many messages each person has allowed: the truth that an account can only guess from the events. */
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
    // "No" to one question takes back no earlier "yes"; only the settings do.
    if (answer === 'withdraw') this.#counts.get(templateId)?.delete(follower);
  }

  /** One message for one occasion, whatever its template. */
  answerScene(follower: number, scene: number): void {
    this.#add(follower, sceneKey(scene), false);
  }

  /** False when there is nothing to spend. Looks only; `spend` takes. */
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

  /** Infinity for a grant that lasts. */
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

  /** When somebody's next answer is given, in seconds: never the second of their last one, by which an account tells them apart. */
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
