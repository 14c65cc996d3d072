import { hexOf, randomOf, seedOf } from './random.mjs';

const PER_SECOND = 2_500;
/** Of a cancelled broadcast as much had been handed out. */
const UNTIL_CANCELLED = 0.4;
const NINE_MINUTES = 540_000;

/** What ends otherwise than `delivered`, of those to whom a message went out. */
const UNKNOWN = 0.001;
const NO_SUCH_OPENID = UNKNOWN + 0.001;
const SYSTEM_FAILED = NO_SUCH_OPENID + 0.003;
const UNHEARD = SYSTEM_FAILED + 0.005;
/** As many needed a second attempt, after WeChat was busy. */
const SECOND_ATTEMPT = 0.01;

/**
 * The rows of one broadcast as it left them, in the order of their openids; one object for all, which is changed with
 * each. The same every time: what is drawn depends on seed and broadcast alone. Times are in ms.
 */
export function* rowsOf(broadcast, people, seed) {
  const { index, lo, hi, size, createdAt, isCancelled } = broadcast;
  const random = randomOf(seedOf(seed, index + 0x0001_0000));
  const startedAt = startOf(broadcast);
  const cancelledFrom = isCancelled ? Math.floor(size * UNTIL_CANCELLED) : Infinity;
  // Seconds and a number of nine digits: as long as WeChat's, ordered by time, another for each broadcast.
  const msgids = String(Math.floor(createdAt / 1_000));
  const row = {};
  let place = 0;
  for (let n = 0; n < people.ranks.length; n++) {
    if (people.ranks[n] < lo || people.ranks[n] >= hi) continue;
    place++;
    const [fate, again, pause] = [random(), random(), random()];
    Object.assign(row, {
      openid: people.openids[n],
      state: 'delivered',
      attempts: 0,
      nudge: 0,
      errcode: null,
      msgid: null,
      queuedAt: null,
      claimedAt: null,
      doubtSince: null,
      settledAt: null,
      acceptedAt: null,
      receiptAt: null,
      status: null,
      rid: null,
      detail: null,
    });
    if (index > people.blocksAt[n]) {
      skip(row, 'suppressed', startedAt + 400);
    } else if (place > cancelledFrom) {
      skip(row, 'cancelled', cancelledAtOf(broadcast) + 4_000);
    } else {
      send(row, startedAt + 1_000 + (place / PER_SECOND) * 1_000, again < SECOND_ATTEMPT);
      if (index === people.blocksAt[n]) hear(row, msgids, place, pause, 'failed:user block');
      else if (people.isRefusedAt(n, index)) refuse(row, 43004, random);
      else if (fate < UNKNOWN) doubt(row);
      else if (fate < NO_SUCH_OPENID) refuse(row, 40003, random);
      else if (fate < SYSTEM_FAILED) hear(row, msgids, place, pause, 'failed: system failed');
      else if (fate < UNHEARD) accept(row, msgids, place);
      else hear(row, msgids, place, pause, 'success');
    }
    yield row;
  }
}

export const startOf = ({ createdAt }) => createdAt + 20_000;
export const cancelledAtOf = (broadcast) =>
  Math.floor(
    startOf(broadcast) + 1_500 + ((broadcast.size * UNTIL_CANCELLED) / PER_SECOND) * 1_000,
  );

function skip(row, detail, at) {
  row.state = 'skipped';
  row.detail = detail;
  row.settledAt = at;
}

function send(row, at, again) {
  row.queuedAt = Math.floor(at);
  row.doubtSince = row.queuedAt + 30;
  row.attempts = again ? 2 : 1;
  row.nudge = row.attempts;
  row.claimedAt = row.doubtSince + (again ? 1_700 : 0);
  if (again) row.queuedAt = row.claimedAt - 20;
}

function accept(row, msgids, place) {
  row.state = 'accepted';
  row.msgid = msgids + String(place).padStart(9, '0');
  row.acceptedAt = row.claimedAt + 120;
  row.settledAt = row.acceptedAt;
}

/** WeChat tells a receipt's time in whole seconds. */
function hear(row, msgids, place, pause, status) {
  accept(row, msgids, place);
  const at = row.acceptedAt + 300 + Math.floor(pause * 2_500);
  row.state =
    status === 'success' ? 'delivered' : status === 'failed:user block' ? 'blocked' : 'failed';
  row.status = status;
  row.receiptAt = Math.floor(at / 1_000) * 1_000;
  row.settledAt = at + 60;
  row.detail = status === 'success' ? null : status;
}

function refuse(row, errcode, random) {
  row.state = 'refused';
  row.errcode = errcode;
  row.rid = `${hexOf(random, 8)}-${hexOf(random, 8)}-${hexOf(random, 8)}`;
  row.settledAt = row.claimedAt + 110;
}

/** WeChat was busy nine minutes long: nobody knows whether any of the attempts went out. */
function doubt(row) {
  row.state = 'unknown';
  row.errcode = -1;
  row.attempts = 9;
  row.nudge = 9;
  row.claimedAt = row.doubtSince + NINE_MINUTES - 8_000;
  row.queuedAt = row.claimedAt - 20;
  row.settledAt = row.doubtSince + NINE_MINUTES;
}
