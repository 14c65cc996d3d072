import type { SimulatedClock } from '../kernel/simulated-clock.js';
import type { Followers } from '../followers/followers.js';
import { contentKey } from '../ledger/shown-content.js';
import type { LedgerMessage } from '../ledger/ledger.js';
import type { SeededRandom } from '../kernel/seeded-random.js';
import { Rejection } from '../kernel/rejection.js';
import {
  FORM_ID_LIFE_MS,
  FORM_ID_USES,
  type FormIdOrder,
  type FormIdKind,
  type FormIdView,
  type IssuedFormId,
  type UsedTwiceAttempt,
} from './form-id.js';

type FormIdRecord = {
  readonly formId: string;
  readonly follower: number;
  readonly kind: FormIdKind;
  readonly issuedAt: number;
  readonly usedElsewhere: boolean;
  /** The keys of the messages that were accepted with it. */
  readonly messages: string[];
  presented: number;
};

const MAX_ATTEMPTS = 100;

/** Every issued form_id with its uses. No form_id is good for more messages than it should be. */
export class FormIds {
  readonly #followers: Followers;
  readonly #clock: SimulatedClock;
  readonly #random: SeededRandom;

  readonly #records = new Map<string, FormIdRecord>();
  readonly #byFollower = new Map<number, FormIdRecord[]>();
  readonly #refused = new Map<number, number>();
  readonly #usedTwice: UsedTwiceAttempt[] = [];
  #usedTwiceAttempts = 0;

  constructor(followers: Followers, clock: SimulatedClock, random: SeededRandom) {
    this.#followers = followers;
    this.#clock = clock;
    this.#random = random;
  }

  issue({
    openids,
    kind = 'form',
    count = 1,
    ageMs = 0,
    used = false,
  }: FormIdOrder): IssuedFormId[] {
    const people = openids.map((openid) => ({ openid, follower: this.#require(openid) }));
    const issuedAt = this.#clock.now() - ageMs;
    return people.flatMap(({ openid, follower }) =>
      Array.from({ length: count }, () => {
        const formId = this.#createId(kind);
        this.#store({
          formId,
          follower,
          kind,
          issuedAt,
          usedElsewhere: used,
          messages: [],
          presented: 0,
        });
        return { openid, formId, kind, collectedAt: new Date(issuedAt).toISOString() };
      }),
    );
  }

  /** Checks whether a form_id is good for this message. `spend` uses it. */
  faultOf(formId: string, message: LedgerMessage): 41028 | 41029 | undefined {
    const record = this.#records.get(formId);
    if (record) record.presented++;
    const fault = this.#check(record, message);
    if (fault) this.#refused.set(fault, (this.#refused.get(fault) ?? 0) + 1);
    return fault;
  }

  spend(formId: string, message: LedgerMessage): void {
    const record = this.#records.get(formId);
    if (!record || isUsedUp(record)) throw new Rejection(`${formId} is good for no message`);
    record.messages.push(messageKey(message));
  }

  of(openid: string): FormIdView[] {
    return (this.#byFollower.get(this.#require(openid)) ?? []).map((record) => ({
      formId: record.formId,
      openid,
      kind: record.kind,
      issuedAt: new Date(record.issuedAt).toISOString(),
      expired: this.#isExpired(record),
      uses: record.messages.length,
      usedElsewhere: record.usedElsewhere,
      presented: record.presented,
    }));
  }

  resetCounts(): void {
    this.#refused.clear();
    this.#usedTwice.length = 0;
    this.#usedTwiceAttempts = 0;
  }

  report() {
    const records = [...this.#records.values()];
    const isUsed = ({ messages }: FormIdRecord): boolean => messages.length > 0;
    const isPressed = ({ kind, presented }: FormIdRecord): boolean =>
      presented > FORM_ID_USES[kind];
    return {
      issued: records.length,
      live: records.filter((record) => !isUsedUp(record) && !this.#isExpired(record)).length,
      used: records.filter(isUsed).length,
      uses: records.reduce((sum, { messages }) => sum + messages.length, 0),
      presentedTooOften: records.filter(isPressed).length,
      usedTwiceAttempts: this.#usedTwiceAttempts,
      usedTwice: this.#usedTwice.slice(),
      refused: this.#refused as ReadonlyMap<number, number>,
    };
  }

  #check(record: FormIdRecord | undefined, message: LedgerMessage): 41028 | 41029 | undefined {
    // An unknown form_id is a mock of the developer's tool, or invented.
    if (!record || record.follower !== message.follower) return 41028;
    if (record.messages.length >= FORM_ID_USES[record.kind]) {
      this.#recordUsedTwice(record, message);
      return 41029;
    }
    if (this.#isExpired(record)) return 41028;
    return record.usedElsewhere ? 41029 : undefined;
  }

  #recordUsedTwice({ formId, follower, messages }: FormIdRecord, message: LedgerMessage): void {
    this.#usedTwiceAttempts++;
    this.#usedTwice.push({
      formId,
      openid: this.#followers.openid(follower),
      at: new Date(message.acceptedAt).toISOString(),
      sameMessage: messages.includes(messageKey(message)),
    });
    if (this.#usedTwice.length > MAX_ATTEMPTS) this.#usedTwice.shift();
  }

  #store(record: FormIdRecord): void {
    this.#records.set(record.formId, record);
    const others = this.#byFollower.get(record.follower);
    if (others) others.push(record);
    else this.#byFollower.set(record.follower, [record]);
  }

  #isExpired({ issuedAt }: FormIdRecord): boolean {
    return this.#clock.now() - issuedAt >= FORM_ID_LIFE_MS;
  }

  #createId(kind: FormIdKind): string {
    const digits = Array.from({ length: 4 }, () =>
      this.#random.uint32().toString(16).padStart(8, '0'),
    );
    return kind === 'form' ? digits.join('') : `wx${digits.join('')}`;
  }

  #require(openid: string): number {
    const follower = this.#followers.find(openid);
    if (follower === undefined) throw new Rejection(`${openid} is nobody's openid here`);
    return follower;
  }
}

const isUsedUp = ({ kind, messages, usedElsewhere }: FormIdRecord): boolean =>
  usedElsewhere || messages.length >= FORM_ID_USES[kind];

const messageKey = ({ templateId, content }: LedgerMessage): string =>
  `${templateId} ${contentKey(content)}`;
