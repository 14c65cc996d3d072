import { once } from 'node:events';

const CHUNK = 64 * 1_024;

/** Copies lines of COPY's text format into a table; resolves to how many there were. */
export function copyIn(client, target, lines) {
  return new Promise((resolve, reject) =>
    client.query(new CopyIn(target, lines, { resolve, reject })),
  );
}

/** What `pg` wants of a query that is not its own: `pg` speaks COPY, and has no query for it. */
class CopyIn {
  #text;
  #lines;
  #outcome;
  #copied = 0;
  #failure;

  constructor(target, lines, outcome) {
    this.#text = `copy ${target}`;
    this.#lines = lines;
    this.#outcome = outcome;
  }

  submit(connection) {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection) {
    this.#send(connection).catch((error) => {
      this.#failure = error;
      connection.sendCopyFail('the rows could not be made');
    });
  }

  async #send(connection) {
    let chunk = '';
    for (const line of this.#lines) {
      chunk += line;
      this.#copied++;
      if (chunk.length < CHUNK || this.#failure !== undefined) continue;
      connection.sendCopyFromChunk(Buffer.from(chunk));
      chunk = '';
      if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
    }
    if (chunk !== '') connection.sendCopyFromChunk(Buffer.from(chunk));
    connection.endCopyFrom();
  }

  handleError(error) {
    this.#failure ??= error;
    this.#outcome.reject(this.#failure);
  }

  handleCommandComplete() {}

  handleReadyForQuery() {
    this.#outcome.resolve(this.#copied);
  }
}

const iso = (ms) => (ms === null ? '\\N' : new Date(ms).toISOString());
const text = (value) => value ?? '\\N';

export const DELIVERY_COLUMNS = `broadcast_id, openid, account_id, state, attempts, nudge, errcode, msgid, queued_at,
  claimed_at, in_doubt_since, settled_at, receipt_at, rid, detail`;

/** None of the texts has a character that COPY would want escaped. */
export const deliveryLine = (broadcastId, accountId, row) =>
  `${broadcastId}\t${row.openid}\t${accountId}\t${row.state}\t${row.attempts}\t${row.nudge}\t${text(row.errcode)}\t` +
  `${text(row.msgid)}\t${iso(row.queuedAt)}\t${iso(row.claimedAt)}\t${iso(row.doubtSince)}\t${iso(row.settledAt)}\t` +
  `${iso(row.receiptAt)}\t${text(row.rid)}\t${text(row.detail)}\n`;

export const RECEIPT_COLUMNS =
  'account_id, msgid, openid, create_time, status, received_at, broadcast_id, matched_by, kind';

export const receiptLine = (broadcastId, accountId, row) =>
  `${accountId}\t${row.msgid}\t${row.openid}\t${iso(row.receiptAt)}\t${row.status}\t${iso(row.settledAt)}\t` +
  `${broadcastId}\tmsgid\ttemplate\n`;
