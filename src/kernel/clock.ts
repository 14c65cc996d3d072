/**
 * The time as this installation sees it. Tests move it by an offset; SQL follows through
 * `clock_now()`, which adds the same offset on every connection of ours.
 */
export class Clock {
  constructor(readonly offsetMs = 0) {}

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }
}
