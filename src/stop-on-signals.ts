/**
 * Longest time in milliseconds that a clean stop may take before it is cut short. A send begins at most two seconds
 * after its claim, and its answer may take eight to begin and eight to end.
 */
const PATIENCE_MS = 20_000;

/**
 * Stops once, whatever comes how often: Ctrl-C under npm arrives twice, from the terminal and
 * forwarded by npm.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      process.stderr.write('still busy after twenty seconds: stopping as we are; rows are safe\n');
      process.exit(1);
    }, PATIENCE_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
