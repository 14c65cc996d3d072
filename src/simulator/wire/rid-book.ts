import type { SeededRandom } from '../random.js';

const KEPT = 2_000;
const KEPT_TEXT = 2_048;

/** What `openapi/rid/get` tells about one refused call. */
export type RidRecord = {
  readonly appid: string | undefined;
  readonly invokedAt: number;
  readonly costMs: number;
  readonly path: string;
  readonly requestBody: string;
  readonly errcode: number;
  readonly ip: string;
};

/** Gives every refusal its rid and remembers the latest of them. */
export class RidBook {
  readonly #random: SeededRandom;

  readonly #records = new Map<string, RidRecord>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** `time-random-random`, eight hex digits each, as WeChat writes them. */
  enter(record: RidRecord): string {
    const time = Math.floor(record.invokedAt / 1000);
    const rid = [time, this.#random.uint32(), this.#random.uint32()].map(hex).join('-');
    this.#records.set(rid, { ...record, requestBody: record.requestBody.slice(0, KEPT_TEXT) });
    if (this.#records.size > KEPT) {
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
