const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** The time of the simulated WeChat: the real time plus an offset that tests set. */
export class SimulatedClock {
  #offsetMs = 0;

  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }

  advance(byMs: number): void {
    this.#offsetMs += byMs;
  }
}

/** The number of the WeChat day (Asia/Shanghai) of an instant. The reset hour is not documented. */
export const wechatDay = (ms: number, resetHour: number): number =>
  Math.floor((ms + SHANGHAI_OFFSET_MS - resetHour * 3_600_000) / DAY_MS);
