import pg from 'pg';

/**
 * A connection that may break at any moment, also while nothing is asked of it: whoever has it learns by the next
 * statement. Unheard, the event would end the process.
 */
export class HeardClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
  }
}
