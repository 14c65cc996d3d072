/**
 * Longest time in milliseconds that a clean stop may take before it is cut short. A send begins at most two seconds
 * after its claim, and its answer may take eight to begin and eight to end.
 */
const PATIENCE_MS = 20_000;
/** The same while a store does not answer: nothing can be settled then, and other workers take over by the rows. */
const UNHEARD_PATIENCE_MS = 9_000;
/** When the stores are asked, if the stop takes so long; they may answer until `UNHEARD_PATIENCE_MS`. */
const ASK_AFTER_MS = 5_000;

/**
 * Stops once, however many signals come: Ctrl-C under npm arrives twice, from the terminal and from npm.
 *
 * @param storesAnswer whether the stores answer that a stop may wait for; may take any time
 */
export function stopOnSignals(
  stop: () => Promise<void>,
  storesAnswer: () => Promise<boolean> = () => Promise.resolve(true),
  { hasTerminal = process.stdout.isTTY }: { readonly hasTerminal?: boolean } = {},
): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    let answered = false;
    setTimeout(() => {
      storesAnswer().then(
        (answer) => (answered = answer),
        () => {},
      );
    }, ASK_AFTER_MS).unref();
    setTimeout(() => {
      if (!answered) cutShort('a store does not answer');
    }, UNHEARD_PATIENCE_MS).unref();
    setTimeout(() => cutShort('still busy after twenty seconds'), PATIENCE_MS).unref();
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
  if (!hasTerminal) return; // without a terminal a hang-up is ignored, for nohup
  process.on('SIGHUP', end);
  // Writing to a closed terminal fails; what was begun is to end well all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

function cutShort(why: string): void {
  process.stderr.write(`${why}: stopping as we are; rows are safe\n`);
  process.exit(1);
}
