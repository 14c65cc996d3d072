import type { FastifyInstance } from 'fastify';
import { Ticker } from '../kernel/ticker.js';

const CHECK_EVERY_MS = 50;
/** Longest time in milliseconds that a request under way may keep the server from closing. */
const PATIENCE_MS = 5_000;

/**
 * A closing server closes the connections that are idle at that moment, and waits for the others. A connection that
 * was answering would stay open for 72 seconds, for its client's next request: here it ends with its answer.
 */
export function endConnectionsOnClose(instance: FastifyInstance): void {
  const { server } = instance;
  instance.addHook('preClose', (done) => {
    const ticker = new Ticker(
      () => CHECK_EVERY_MS,
      () => server.closeIdleConnections(),
      () => {},
    );
    ticker.start();
    const patience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref();
    server.once('close', () => {
      void ticker.stop();
      clearTimeout(patience);
    });
    done();
  });
}
