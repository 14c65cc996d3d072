/** The counterpart of `Program.request` in the child. It answers one request after the other. */
export function answerRequests<Request>(handle: (request: Request) => Promise<unknown>): void {
  let turn = Promise.resolve();
  process.on('message', (request: Request) => {
    turn = turn.then(async () => {
      try {
        process.send?.({ answer: await handle(request) });
      } catch (error) {
        process.send?.({
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
    });
  });
  process.on('disconnect', () => process.exit());
}
