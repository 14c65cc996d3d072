import type { FastifyInstance } from 'fastify';
import { Ticker } from '../kernel/ticker.js';

const LOOK_MS = 50;
/** Longest time in milliseconds that a request under way may keep the server from closing. */
const PATIENCE_MS = 5_000;

/**
 * A closing server waits for its connections, and closes those that are idle at that moment. One that was answering
 * then is kept alive for its client's next request, for 72 seconds: here it ends with its answer.
 */
export function endConnectionsOnClose(instance: FastifyInstance): void {
  const { server } = instance;
  instance.addHook('preClose', (done) => {
    const looks = new Ticker(
      () => LOOK_MS,
      () => server.closeIdleConnections(),
      () => {},
    );
    looks.start();
    const patience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
    server.once('close', () => {
      void looks.stop();
      clearTimeout(patience);
    });
    done();
  });
}
