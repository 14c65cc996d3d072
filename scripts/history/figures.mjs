/** Workers note the counters so often. */
const SAMPLE_MS = 5_000;
const SHANGHAI_MS = 8 * 3_600_000;
const SAMPLED = ['accepted', 'delivered', 'blocked', 'failed', 'refused', 'unknown', 'skipped'];

/** What is counted of a broadcast's rows while they are written, as its workers would have counted them. */
export class RowFigures {
  total = 0;
  counts = {};
  errors = {};
  skipped = {};
  calls = {};
  problems = [];
  blocked = [];
  releasedTo = '';
  lastOpenid = '';
  /** When the last of its rows was no longer to be sent. */
  endedAt = 0;
  lastReceiptAt = 0;
  #moves = new Map();

  add(row) {
    const { state, openid, settledAt, acceptedAt, errcode } = row;
    this.total++;
    this.lastOpenid = openid;
    bump(this.counts, state);
    if (state === 'skipped') bump(this.skipped, row.detail);
    if (row.attempts > 0) {
      const day = new Date(row.claimedAt + SHANGHAI_MS).toISOString().slice(0, 10);
      bump(this.calls, day, row.attempts);
      if (openid > this.releasedTo) this.releasedTo = openid;
    }
    if (errcode !== null) bump(this.errors, errcode);
    if (['refused', 'unknown', 'blocked', 'failed'].includes(state))
      this.problems.push([state, errcode ?? 0, openid]);
    if (state === 'blocked') this.blocked.push({ openid, since: row.receiptAt });
    this.endedAt = Math.max(this.endedAt, acceptedAt ?? settledAt);
    if (row.receiptAt !== null) this.lastReceiptAt = Math.max(this.lastReceiptAt, settledAt);
    this.#move(acceptedAt ?? settledAt, undefined, acceptedAt === null ? state : 'accepted');
    if (acceptedAt !== null && state !== 'accepted') this.#move(settledAt, 'accepted', state);
  }

  /** Its curve: one that says what the one before says is left out, but for the first after a movement. */
  samples() {
    const points = [];
    const now = Object.fromEntries(SAMPLED.map((state) => [state, 0]));
    let before = { sent: 0, rate: 0, at: 0 };
    for (const at of [...this.#moves.keys()].sort((a, b) => a - b)) {
      // Nothing moved in between, and the first note of that is kept.
      if (points.length > 0 && before.rate > 0 && at > before.at + SAMPLE_MS)
        points.push(this.#point(before.at + SAMPLE_MS, now, 0));
      for (const [state, by] of Object.entries(this.#moves.get(at))) now[state] += by;
      const sent = SAMPLED.reduce((sum, state) => sum + now[state], -now.skipped);
      const rate = Math.max(0, sent - before.sent) / (SAMPLE_MS / 1_000);
      points.push(this.#point(at, now, rate));
      before = { sent, rate, at };
    }
    return points;
  }

  #point(at, now, rate) {
    const done = SAMPLED.reduce((sum, state) => sum + now[state], 0);
    return { at: new Date(at), open: this.total - done, reviewing: 0, ...now, rate };
  }

  #move(at, was, becomes) {
    const moment = Math.ceil(at / SAMPLE_MS) * SAMPLE_MS;
    let moves = this.#moves.get(moment);
    if (moves === undefined) this.#moves.set(moment, (moves = {}));
    if (was !== undefined) bump(moves, was, -1);
    bump(moves, becomes);
  }
}

function bump(counts, key, by = 1) {
  counts[key] = (counts[key] ?? 0) + by;
}
