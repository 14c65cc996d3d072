import { DELIVERY_STATES } from '../../dist/broadcast/engine/record/states.js';
import { hexOf, randomOf, seedOf } from './random.mjs';
import { cancelledAtOf, startOf } from './rows.mjs';

const HOUR_MS = 3_600_000;
/** Receipts are awaited for so long. */
const RECEIPT_HOURS = 24;
/** The breakers that look at the first thousand have then decided. */
const DECIDED_AFTER = 1_000;
const ACTOR = { kind: 'key', name: 'scripts/history.mjs' };

/** Everything that a finished broadcast leaves but its deliveries and receipts. Call it in a transaction. */
export async function writeBroadcast(client, { account, template, seed }, broadcast, figures) {
  const { id, index, createdAt, isCancelled, isArchived } = broadcast;
  const { total, counts, errors, skipped, calls } = figures;
  const lane = hexOf(randomOf(seedOf(seed, index + 0x0002_0000)), 12);
  const startedAt = startOf(broadcast);
  const endedAt = isCancelled ? cancelledAtOf(broadcast) : figures.endedAt;
  const closedAt = isCancelled ? Math.max(endedAt + 5_000, figures.endedAt) : endedAt;
  const archivedAt = isArchived ? date(endedAt + 72 * HOUR_MS) : null;
  const message = {
    fields: Object.fromEntries(template.fields.map((field) => [field, '秋季公开课'])),
  };
  const audience = { kind: 'all' };
  const name = `第 ${index + 1} 期课程通知`;
  const toSend = total - (skipped.suppressed ?? 0);
  const released = toSend - (skipped.cancelled ?? 0);
  await insert(client, 'broadcast', [
    {
      id,
      account_id: account.id,
      name,
      channel: 'template',
      template_id: template.id,
      message,
      audience,
      state: isCancelled ? 'cancelled' : 'finished',
      created_at: date(createdAt),
      started_at: date(startedAt),
      ended_at: date(endedAt),
      closed_at: date(closedAt),
      expand_cursor: figures.lastOpenid,
      expand_progress_at: date(startedAt + 900),
      expanded_at: date(startedAt + 900),
      receipts_closed_at: date(endedAt + RECEIPT_HOURS * HOUR_MS + 30_000),
      etag: 2 + Number(isCancelled) + Number(isArchived),
      created_by: ACTOR,
      any_sent: released > 0,
      archived_at: archivedAt,
    },
  ]);
  const told = Object.fromEntries(DELIVERY_STATES.map((state) => [state, counts[state] ?? 0]));
  await insert(
    client,
    'broadcast_event',
    [
      ['created', createdAt, { audience }, ACTOR],
      ['started', startedAt, {}, ACTOR],
      ['expanded', startedAt + 900, {}, null],
      ...(isCancelled
        ? [['cancelled', endedAt, {}, ACTOR]]
        : [['finished', endedAt, { total, counts: told }, null]]),
      ...(isArchived ? [['archived', archivedAt, {}, ACTOR]] : []),
    ].map(([kind, at, data, actor]) => ({ broadcast_id: id, at: date(at), kind, data, actor })),
  );
  await insert(
    client,
    'broadcast_sample',
    figures.samples().map((sample) => ({ broadcast_id: id, ...sample, allowed: null })),
  );
  await insert(client, 'broadcast_counter', lanesOf(lane, figures, toSend, released, id));
  await insert(
    client,
    'broadcast_error',
    Object.entries(errors).map(([errcode, count]) => ({
      broadcast_id: id,
      errcode: Number(errcode),
      lane: `${lane}-settle`,
      count,
    })),
  );
  await insert(
    client,
    'broadcast_tally',
    Object.entries(skipped).map(([why, count]) => ({
      broadcast_id: id,
      what: `skipped:${why}`,
      lane: `${lane}-${why === 'cancelled' ? 'sweep' : 'expand'}`,
      count,
    })),
  );
  await insert(client, 'broadcast_brake', brakesOf(id, counts, released, startedAt));
  await insert(client, 'broadcast_cursor', [
    {
      broadcast_id: id,
      released_to: figures.releasedTo,
      swept_to: isCancelled ? figures.lastOpenid : figures.releasedTo,
      swept_at: date(closedAt - 3_000),
      handed_out: released,
      credit: 0,
    },
  ]);
  await insert(
    client,
    'quota_day',
    Object.entries(calls).map(([day, ours]) => ({
      account_id: account.id,
      day,
      ours,
      channel: 'template',
    })),
    'on conflict (account_id, day, channel) do update set ours = quota_day.ours + excluded.ours',
  );
  await insert(
    client,
    'suppression',
    figures.blocked.map(({ openid, since }) => ({
      account_id: account.id,
      openid,
      reason: 'blocked',
      since: date(since),
    })),
    'on conflict do nothing',
  );
  const entries = [
    [
      'broadcast.create',
      createdAt,
      { name, channel: 'template', templateId: template.id, audience },
    ],
    ...(isCancelled ? [['broadcast.cancel', endedAt, { state: 'cancelled' }]] : []),
    ...(isArchived ? [['broadcast.archive', archivedAt, { archivedAt }]] : []),
  ];
  await insert(
    client,
    'audit_entry',
    entries.map(([action, at, after], n) => ({
      id: auditId(new Date(at).getTime(), lane, n),
      at: date(at),
      actor_kind: ACTOR.kind,
      actor_name: ACTOR.name,
      action,
      target_kind: 'broadcast',
      target_id: id,
      account_id: account.id,
      appid: account.appid,
      after,
      cut: false,
    })),
  );
  return { endedAt, lastReceiptAt: figures.lastReceiptAt };
}

/** What each kind of writer added and took, as one process leaves it. The sum over them is what the rows are. */
function lanesOf(lane, { counts, skipped, total }, toSend, released, broadcastId) {
  const of = (state) => counts[state] ?? 0;
  const receipts = of('delivered') + of('blocked') + of('failed');
  const lanes = {
    expand: { pending: toSend, skipped: total - toSend },
    release: { pending: -released, queued: released },
    claim: { queued: -released, sending: released },
    settle: {
      sending: -released,
      accepted: of('accepted') + receipts,
      refused: of('refused'),
      unknown: of('unknown'),
    },
    match: {
      accepted: -receipts,
      delivered: of('delivered'),
      blocked: of('blocked'),
      failed: of('failed'),
    },
    ...(skipped.cancelled > 0 && {
      sweep: { pending: released - toSend, skipped: skipped.cancelled },
    }),
  };
  const zeros = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0]));
  return Object.entries(lanes).map(([writer, moves]) => ({
    broadcast_id: broadcastId,
    lane: `${lane}-${writer}`,
    ...zeros,
    ...moves,
  }));
}

function brakesOf(broadcastId, counts, released, startedAt) {
  const receipts = (counts.delivered ?? 0) + (counts.blocked ?? 0) + (counts.failed ?? 0);
  return [
    ...(released >= DECIDED_AFTER ? ['refusals'] : []),
    ...(receipts >= DECIDED_AFTER ? ['blocks'] : []),
  ].map((brake) => ({
    broadcast_id: broadcastId,
    brake,
    decided_at: date(startedAt + 3_000),
    tripped: false,
  }));
}

const date = (at) => (at === null ? null : new Date(at));

function auditId(at, lane, n) {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8${String(n).padStart(3, '0')}-${lane}`;
}

/** Rows as objects of the same members, which are the columns. */
export async function insert(client, table, rows, conflict = '') {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]).join(', ');
  await client.query(
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb) ${conflict}`,
    [JSON.stringify(rows)],
  );
}
