/**
 * Longest time in milliseconds that a clean stop may take before it is cut short. A send begins at most two seconds
 * after its claim, and its answer may take eight to begin and eight to end.
 */
const PATIENCE_MS = 20_000;
/** Beside a store that does not answer: nothing can be settled there, and the rows say what others must repair. */
const UNHEARD_PATIENCE_MS = 9_000;
/** When the stores are asked, if the stop takes so long. They are given until then. */
const ASK_AFTER_MS = 5_000;

/**
 * Stops once, whatever comes how often: Ctrl-C under npm arrives twice, from the terminal and
 * forwarded by npm.
 *
 * @param storesAnswer whether those that a stop may wait for are heard; may take as long as it likes
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
    let heard = false;
    setTimeout(() => {
      storesAnswer().then(
        (answer) => (heard = answer),
        () => {},
      );
    }, ASK_AFTER_MS).unref();
    setTimeout(() => {
      if (!heard) cutShort('a store does not answer');
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
  if (!hasTerminal) return; // elsewhere a hang-up is none of ours: nohup
  process.on('SIGHUP', end);
  // A terminal that was closed takes no more words; what was begun is to end well all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

function cutShort(why: string): void {
  process.stderr.write(`${why}: stopping as we are; rows are safe\n`);
  process.exit(1);
}
