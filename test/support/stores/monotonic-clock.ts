const real = performance.now.bind(performance);

/** What the process takes for the monotonic time; timers run as they do. A test gives it back at its end. */
export const monotonicClock = {
  now: real,
  /** Stands at this moment. */
  standAt(moment: number): void {
    performance.now = () => moment;
  },
  /** Shows so much more than it is. */
  runAhead(ms: number): void {
    performance.now = () => real() + ms;
  },
  giveBack(): void {
    performance.now = real;
  },
};
