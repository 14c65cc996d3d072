/** ioredis tells every attempt to connect again; one line a minute is enough for people. */
const QUIET_MS = 60_000;

/** The same warning, at most once a minute. */
export function seldomWarned<Told extends unknown[]>(
  warn: (...told: Told) => void,
): (...told: Told) => void {
  let quietUntil = 0;
  return (...told) => {
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + QUIET_MS;
    warn(...told);
  };
}
