import type { Params } from '../../../kernel/bilingual.js';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ResolvedAudience } from '../../../audiences/record/resolved-audience.js';
import type { ChannelName, MessageContent } from '../../../wechat/message-channel.js';
import type { HoldCode } from './hold-codes.js';
import type { BroadcastState, DeliveryState, HoldReason } from './states.js';

/** bigint, 0 by default: text on its way out, text or number on its way in. */
type Counter = ColumnType<string, string | number | undefined, string | number>;

/** Who did something: a person, or whoever holds an API key. */
export interface RecordedActor {
  readonly kind: 'operator' | 'key';
  readonly id?: number;
  readonly name: string;
}

/** The first recipients: after them the broadcast waits for what becomes of their messages. */
export type Canary = { readonly first: number } | { readonly percent: number };

/** It goes to people beyond their account's contact cap, and somebody has said why. */
export interface CapOverride {
  readonly ignore: true;
  readonly reason: string;
}

/** Hours of the day at which it sends: from 09:00 to 21:00, say; a range over midnight is one too. */
export interface SendHours {
  /** HH:MM */
  readonly from: string;
  readonly to: string;
  /** IANA name. */
  readonly zone: string;
}

/** The members of a request, whatever they are. */
export type DraftRequest = Readonly<Record<string, unknown>>;

interface BroadcastTable {
  id: string;
  accountId: number;
  name: string | null;
  purpose: Generated<'broadcast' | 'test' | 'single'>;
  channel: ChannelName;
  templateId: string;
  message: JSONColumnType<MessageContent>;
  audience: JSONColumnType<ResolvedAudience>;
  state: BroadcastState;
  sendsPerSecond: number | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  closedAt: Date | null;
  expandCursor: string | null;
  expandProgressAt: Date | null;
  expandedAt: Date | null;
  receiptsClosedAt: Date | null;
  startAt: Date | null;
  startZone: string | null;
  freezeAudience: Generated<'creation' | 'start'>;
  sendHours: JSONColumnType<SendHours> | null;
  sendsUntil: Date | null;
  purgedAt: Date | null;
  resendFailed: Generated<boolean>;
  canary: JSONColumnType<Canary> | null;
  canarySize: number | null;
  canaryPassedAt: Date | null;
  /** One more with each write of an operator's, and with each start. */
  etag: Generated<number>;
  /** Counts sittings: one person's changes within ten minutes, on which nobody relies yet. */
  revision: Generated<number>;
  revisedAt: Date | null;
  revisedBy: string | null;
  /** Somebody relies on the revision: the next change begins another. */
  revisionBound: Generated<boolean>;
  /** The etag on which the last decision was made. */
  decidedFrom: number | null;
  /** Until then the start can be taken back, and nothing is expanded. */
  undoUntil: Date | null;
  /** Null for those of an earlier release. */
  createdBy: ColumnType<RecordedActor | null, string | null | undefined, never>;
  /** Set when it closes. */
  anySent: boolean | null;
  /** Of a test: the broadcast whose message it tried. */
  tests: ColumnType<string | null, string | null | undefined, never>;
  /** Of a test that tried one: a hash of what it showed. */
  testBasis: ColumnType<string | null, string | null | undefined, never>;
  /** Lists leave it out since; null while they show it. */
  archivedAt: Date | null;
  /** What a draft was given, as it was given. */
  draft: JSONColumnType<DraftRequest> | null;
  contactCap: JSONColumnType<CapOverride> | null;
}

interface BroadcastHoldTable {
  id: ColumnType<string, never, never>;
  broadcastId: string;
  reason: HoldReason;
  since: Date;
  until: Date | null;
  errcode: number | null;
  rid: string | null;
  detail: string | null;
  code: HoldCode | null;
  openid: string | null;
  /** Who paused it; null of what the service found by itself. */
  by: ColumnType<RecordedActor | null, string | null | undefined, never>;
  /** Why, in their words. */
  note: string | null;
  /** Who paused, to be compared: two people who pause have a hold each. Empty for every other reason. */
  holder: Generated<string>;
  /** What was seen, by name. */
  params: ColumnType<Params, string | undefined, string>;
}

interface BroadcastEventTable {
  id: ColumnType<string, never, never>;
  broadcastId: string;
  at: Date;
  kind: string;
  data: JSONColumnType<Record<string, unknown>, string | undefined>;
  /** Null where the service itself did it. */
  actor: ColumnType<RecordedActor | null, string | null | undefined, never>;
}

/** The counters as they were at a moment; `open` is what was still to be sent. */
interface BroadcastSampleTable {
  broadcastId: string;
  at: Date;
  open: Counter;
  accepted: Counter;
  reviewing: Counter;
  delivered: Counter;
  blocked: Counter;
  failed: Counter;
  refused: Counter;
  unknown: Counter;
  skipped: Counter;
  rate: number;
  allowed: number | null;
}

interface BroadcastMemberTable {
  broadcastId: string;
  openid: string;
  vars: JSONColumnType<Record<string, string>> | null;
}

type BroadcastCounterTable = { broadcastId: string; lane: string } & Record<DeliveryState, Counter>;

interface BroadcastErrorTable {
  broadcastId: string;
  errcode: number;
  lane: string;
  count: Counter;
}

interface BroadcastTallyTable {
  broadcastId: string;
  what: string;
  lane: string;
  count: Counter;
}

interface BroadcastBrakeTable {
  broadcastId: string;
  brake: string;
  decidedAt: Date;
  tripped: boolean;
}

interface DeliveryTable {
  broadcastId: string;
  openid: string;
  accountId: number;
  state: DeliveryState;
  /** Claims so far: an outcome names the attempt that it is about. */
  attempts: Generated<number>;
  /** The uncounted ones among them: they failed by no fault of the recipient's. */
  spared: Generated<number>;
  /** One more each time a message is sent again after WeChat failed; each group has a client_msg_id of its own. */
  attemptGroup: Generated<number>;
  /** Releases so far: a job names its own, and does nothing where the row has a later one. */
  nudge: Generated<number>;
  errcode: number | null;
  msgid: string | null;
  queuedAt: Date | null;
  claimedAt: Date | null;
  /** When the first attempt without an answer was claimed; a claim sets it, proof that nothing was sent clears it. */
  inDoubtSince: Date | null;
  /** When a row that came back is due again; null in every other open row. */
  notBefore: Date | null;
  settledAt: Date | null;
  receiptAt: Date | null;
  rid: string | null;
  detail: string | null;
  vars: JSONColumnType<Record<string, string>> | null;
  /** When WeChat took it into review; never cleared. */
  reviewedAt: Date | null;
}

/** Deliveries that are under WeChat's review. */
interface DeliveryReviewTable {
  broadcastId: string;
  openid: string;
  accountId: number;
  templateId: string;
  /** When it was claimed. */
  since: Date;
}

interface AccountReviewTable {
  accountId: number;
  toldAt: Date;
  broadcastId: string;
  percent: number;
}

interface DeliveryProblemTable {
  broadcastId: string;
  state: DeliveryState;
  errcode: number;
  openid: string;
}

interface BroadcastCursorTable {
  broadcastId: string;
  releasedTo: Generated<string>;
  sweptTo: Generated<string>;
  sweptAt: Date;
  credit: Generated<number>;
  handedOut: Generated<string>;
}

interface ReceiptTable {
  accountId: number;
  msgid: string;
  openid: string;
  createTime: Date;
  status: string;
  receivedAt: Date;
  broadcastId: string | null;
  matchedBy: 'msgid' | 'time' | 'review' | null;
  /** When its next match is due, while it has found no delivery. */
  lookAt: Date | null;
  /** Null where an older process stored it. */
  kind: 'template' | 'subscription' | null;
}

interface IdempotencyKeyTable {
  accountId: number;
  key: string;
  requestHash: Buffer;
  broadcastId: string;
  createdAt: Date;
}

interface VerbKeyTable {
  accountId: number;
  targetKind: 'broadcast';
  targetId: string;
  key: string;
  requestHash: Buffer;
  createdAt: Date;
}

/** What somebody was shown before a start. */
interface ConfirmationTable {
  tokenHash: Buffer;
  broadcastId: string;
  verb: string;
  person: string;
  etag: number;
  templateChangedAt: Date | null;
  recipients: Counter;
  type: string | null;
  expiresAt: Date;
  spentAt: Date | null;
}

interface DedupeTable {
  accountId: number;
  openid: string;
  key: string;
  broadcastId: string;
  expiresAt: Date;
}

/** Nobody gets more than `n` messages of an account in `days` days. */
export interface ContactCap {
  readonly n: number;
  readonly days: number;
}

/** When and how fast it would be sent. */
export interface PreflightSettings {
  /** ISO 8601. */
  readonly startAt: string | null;
  readonly sendHours: SendHours | null;
  readonly sendsPerSecond: number | null;
  readonly hasCanary: boolean;
  readonly ignoresCap: boolean;
}

/** Why it could not be finished. */
export interface PreflightProblem {
  readonly code: string;
  readonly params: Params;
}

/** Somebody of the audience, and what they would read. */
export interface PreflightSample {
  readonly openid: string;
}

interface PreflightTable {
  id: string;
  accountId: number;
  broadcastId: string | null;
  revision: number | null;
  basis: string;
  channel: ChannelName;
  templateId: string;
  message: JSONColumnType<MessageContent>;
  audience: JSONColumnType<ResolvedAudience>;
  settings: JSONColumnType<PreflightSettings>;
  contactCap: ColumnType<ContactCap | null, string | null, never>;
  state: 'running' | 'done' | 'failed';
  turn: Generated<number>;
  tries: Generated<number>;
  cursor: Generated<string>;
  sources: Generated<number[]>;
  duplicates: Generated<number>;
  excluded: Generated<number>;
  suppressed: Generated<number>;
  unsubscribed: Generated<number>;
  invalid: Generated<number>;
  cap: Generated<number>;
  recipients: Generated<number>;
  samples: ColumnType<PreflightSample[], string | undefined, string>;
  problem: ColumnType<PreflightProblem | null, string | undefined, string>;
  askedAt: Generated<Date>;
  takenAt: Date | null;
  aliveAt: Date | null;
  readFrom: Date | null;
  readTo: Date | null;
}

interface PreflightMemberTable {
  preflightId: string;
  openid: string;
}

/** The tables that the engine and the operators' verbs own together. */
export interface BroadcastTables {
  broadcast: BroadcastTable;
  broadcastHold: BroadcastHoldTable;
  broadcastEvent: BroadcastEventTable;
  broadcastMember: BroadcastMemberTable;
  broadcastSample: BroadcastSampleTable;
  broadcastCounter: BroadcastCounterTable;
  broadcastError: BroadcastErrorTable;
  broadcastTally: BroadcastTallyTable;
  broadcastBrake: BroadcastBrakeTable;
  delivery: DeliveryTable;
  deliveryProblem: DeliveryProblemTable;
  deliveryReview: DeliveryReviewTable;
  accountReview: AccountReviewTable;
  broadcastCursor: BroadcastCursorTable;
  receipt: ReceiptTable;
  idempotencyKey: IdempotencyKeyTable;
  verbKey: VerbKeyTable;
  confirmation: ConfirmationTable;
  dedupe: DedupeTable;
  preflight: PreflightTable;
  preflightMember: PreflightMemberTable;
}
