import type { SeededRandom } from '../kernel/seeded-random.js';

const MAX_RECORDS = 2_000;
const MAX_BODY_LENGTH = 2_048;

/** A refused call, as `openapi/rid/get` tells it. */
export type RidRecord = {
  readonly appid: string | undefined;
  readonly invokedAt: number;
  readonly costMs: number;
  readonly path: string;
  readonly requestBody: string;
  readonly errcode: number;
  readonly ip: string;
};

/** Gives every refusal a rid, and remembers the latest ones. */
export class RidStore {
  readonly #random: SeededRandom;

  readonly #records = new Map<string, RidRecord>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Stores a record. Its rid is `time-random-random`, with eight hex digits each, as WeChat's. */
  add(record: RidRecord): string {
    const time = Math.floor(record.invokedAt / 1000);
    const rid = [time, this.#random.uint32(), this.#random.uint32()].map(hex).join('-');
    this.#records.set(rid, {
      ...record,
      requestBody: record.requestBody.slice(0, MAX_BODY_LENGTH),
    });
    if (this.#records.size > MAX_RECORDS) {
      const [oldest] = this.#records.keys();
      if (oldest !== undefined) this.#records.delete(oldest);
    }
    return rid;
  }

  find(rid: string): RidRecord | undefined {
    return this.#records.get(rid);
  }
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
