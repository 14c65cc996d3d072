import { SafeClient } from '../database/session/safe-client.js';

/** BullMQ itself asks nothing of a connection that listens. */
const ASK_AFTER_MS = 5_000;

/**
 * The connection on which a worker is told of jobs. Nobody asks anything of it, and one of which nothing is heard may
 * be in order: so it is asked now and then. What gives no answer is given up, and BullMQ listens anew and looks for
 * what it was not told.
 */
export class ListeningClient extends SafeClient {
  override tick(ms: number): void {
    super.tick(ms);
    if (this.waitedMs !== undefined || this.quietMs < ASK_AFTER_MS) return;
    this.query('select').catch(() => {}); // its end tells whoever listens
  }
}
