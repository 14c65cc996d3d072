import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { changedMeanwhile } from './changed-meanwhile.js';
import { BroadcastUpdate } from './broadcast-update.js';
import type { VersionedBroadcast } from './broadcast.repository.js';
import { BroadcastCheck } from './broadcast-check.service.js';
import { broadcastNotFound } from '../engine/record/not-found.js';
import { requireSeen } from './revision-stale.js';
import { settingsIn } from './broadcast-settings.js';
import { transitionNotAllowed } from '../engine/record/transitions.js';
import { ChangeBroadcastDto } from './broadcast.dto.js';
import { StartGates } from './start-gates.js';
import { DraftComposition } from './draft-columns.js';
import { readDraft } from './draft-reading.js';
import { withOpenidsApart } from './audience-record.js';
import { requirePermission } from './require-permission.js';
import { isObject, strictBody } from './strict-body.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastSettings, CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import { CONTENT_MEMBERS, type MessageRequest } from './message-content.js';
import { Clock } from '../../kernel/clock.js';
import { ExpandQueue } from '../engine/expand/expand.queue.js';
import { expandsNow } from '../engine/lifecycle/schedule.js';
import { audienceFrozen, isFrozen } from '../engine/lifecycle/taken-back.js';
import type { Seen } from '../../http/if-match.js';

/** What may change of a broadcast that runs. */
const WHILE_RUNNING = ['sendsPerSecond', 'sendHours'] as const;
/** What no change names. */
const FIXED = ['appid', 'channel', 'draft'] as const;
/** How often we read the broadcast again when somebody else has changed it meanwhile. */
const TRIES = 5;

export interface Change {
  /** The versions that the change is meant for; undefined means any. */
  readonly seen?: Seen | undefined;
  /** Whether `fields` is merged into those that there are (RFC 7396), or stands in their place. */
  readonly merge?: boolean;
}

/** Changes a broadcast: before it starts anything; while it runs, how fast and at which hours it sends. */
@Injectable()
export class BroadcastChange {
  readonly #logger = new Logger(BroadcastChange.name);
  readonly #update: BroadcastUpdate;
  readonly #accounts: AccountsService;
  readonly #checks: BroadcastCheck;
  readonly #expansion: ExpandQueue;
  readonly #clock: Clock;
  readonly #drafts: DraftComposition;
  readonly #gates: StartGates;

  constructor(
    update: BroadcastUpdate,
    accounts: AccountsService,
    checks: BroadcastCheck,
    expansion: ExpandQueue,
    clock: Clock,
    drafts: DraftComposition,
    gates: StartGates,
  ) {
    this.#gates = gates;
    this.#drafts = drafts;
    this.#update = update;
    this.#accounts = accounts;
    this.#checks = checks;
    this.#expansion = expansion;
    this.#clock = clock;
  }

  /** @param given as it came: what a draft may be given, a scheduled broadcast may not */
  async change(id: string, given: unknown, how: Change = {}): Promise<void> {
    const body = isObject(given) ? given : await strictBody(given, ChangeBroadcastDto);
    if (Object.keys(body).length === 0) throw nothingNamed();
    for (let tries = 1; tries <= TRIES; tries++) {
      const broadcast = await this.#update.read(id);
      if (broadcast === undefined) throw broadcastNotFound(id);
      requireSeen(broadcast, how.seen);
      const members = how.merge ? Object.assign({}, body, mergedFields(broadcast, body)) : body;
      if (await this.#changed(broadcast, members, how.seen)) {
        this.#logger.log(`broadcast ${id} changed: ${Object.keys(body).join(', ')}`);
        return;
      }
    }
    throw changedMeanwhile(id);
  }

  /** False when somebody else has changed the broadcast since it was read. */
  async #changed(
    broadcast: VersionedBroadcast,
    body: object,
    seen: Seen | undefined,
  ): Promise<boolean> {
    const { state } = broadcast;
    const account = await this.#accounts.requireById(broadcast.accountId);
    if (state === 'draft') return this.#changeDraft(account, broadcast, body);
    requirePermission('broadcast.send', account.appid);
    const change = await strictBody(body, ChangeBroadcastDto);
    if (namedIn(change).length === 0) throw nothingNamed();
    if (state === 'scheduled') return this.#changeScheduled(account, broadcast, change);
    if (state === 'running') return this.#changeRunning(broadcast, change, seen);
    throw transitionNotAllowed(state, 'change', { changeable: [] });
  }

  /** A draft takes what it is given; what it lacks then is told whenever it is shown. */
  async #changeDraft(
    account: Account,
    broadcast: VersionedBroadcast,
    body: object,
  ): Promise<boolean> {
    const foreign = Object.keys(body).filter((name) => isOneOf(FIXED, name));
    // The refusal is the one that a scheduled broadcast gives.
    if (foreign.length > 0) await strictBody(body, ChangeBroadcastDto);
    const columns = await this.#drafts.columnsOf(account, await readDraft(body), broadcast);
    return this.#update.changeUnstarted(broadcast, { names: Object.keys(body), ...columns });
  }

  async #changeRunning(
    broadcast: BroadcastRow,
    change: ChangeBroadcastDto,
    seen: Seen | undefined,
  ): Promise<boolean> {
    const fixed = namedIn(change).filter((name) => !isOneOf(WHILE_RUNNING, name));
    if (fixed.length > 0)
      throw transitionNotAllowed(broadcast.state, 'change', { changeable: WHILE_RUNNING }, fixed);
    return this.#update.changeRunning(broadcast, settingsIn(change, this.#clock.now()), seen);
  }

  /** Checks come before the row is locked: the update then sees whether the row is still as it was read. */
  async #changeScheduled(
    account: Account,
    broadcast: VersionedBroadcast,
    change: ChangeBroadcastDto,
  ): Promise<boolean> {
    refuseToThaw(broadcast, change);
    const settings = settingsIn(change, this.#clock.now());
    refuseToUnschedule(broadcast, settings);
    const message = await this.#checks.checkMessage(account, requestOf(broadcast, change));
    const audience =
      change.audience && (await this.#checks.checkAudience(account, message, change.audience));
    await this.#passGates(account, broadcast, message, audience);
    const checked = { names: namedIn(change), settings, message, audience };
    if (!(await this.#update.changeUnstarted(broadcast, checked))) return false;

    const { freezeAudience } = { ...broadcast, ...settings };
    if (expandsNow(broadcast.state, freezeAudience)) await this.#expansion.nudge(broadcast.id);
    return true;
  }

  /**
   * Its start was decided for those whom it went to then. Another template is for others who granted, unless everybody
   * is on record already: it could not be unscheduled to be confirmed anew.
   */
  async #passGates(
    account: Account,
    broadcast: BroadcastRow,
    message: CheckedMessage,
    audience: CheckedAudience | null | undefined,
  ): Promise<void> {
    const isOnRecord = broadcast.expandedAt !== null;
    const isForOthers =
      broadcast.audience.kind === 'granted' && message.templateId !== broadcast.templateId;
    if (!audience && (isOnRecord || !isForOthers)) return;
    const { templateId } = message;
    const given = audience ? withOpenidsApart(audience) : undefined;
    const asked = { ...broadcast, templateId, ...(given && { audience: given.audience }) };
    await this.#gates.pass({
      way: 'change',
      account,
      message,
      audience: asked,
      openids: given?.openids,
      contactCap: broadcast.contactCap,
      isConfirmed: false,
    });
  }
}

const namedIn = (change: ChangeBroadcastDto): string[] =>
  Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name]));

const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);

/** The fields that a merge leads to, where the body has any to merge. */
function mergedFields({ draft, message }: BroadcastRow, body: object): { fields?: object } {
  const { fields } = body as { fields?: unknown };
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return {};
  const kept = draft?.['fields'];
  const former = isObject(kept) ? kept : message.fields;
  const merged = Object.entries({ ...former, ...fields });
  return { fields: Object.fromEntries(merged.filter(([, value]) => value !== null)) };
}

const nothingNamed = (): DomainError =>
  new DomainError(
    'invalid',
    'invalid_request',
    both('请至少填写一项要修改的内容。', 'name at least one thing that shall change'),
  );

/** The stored message, with what the request changes of it. */
function requestOf(broadcast: BroadcastRow, change: ChangeBroadcastDto): MessageRequest {
  const { message, templateId, channel } = broadcast;
  const { fields, content } = change;
  const hasValues = (fields ?? content ?? null) !== null;
  return {
    channel,
    templateId: change.templateId ?? templateId,
    ...(hasValues ? { fields, content } : { fields: message.fields }),
    ...Object.fromEntries(
      CONTENT_MEMBERS.map((member) => [
        member,
        change[member] === undefined ? message[member] : change[member],
      ]),
    ),
  };
}

/** A frozen audience has its deliveries on record, and they are not taken back. */
function refuseToThaw(broadcast: BroadcastRow, change: ChangeBroadcastDto): void {
  const thaws = change.audience !== undefined || change.freezeAudience === 'start';
  if (isFrozen(broadcast) && thaws) throw audienceFrozen();
}

function refuseToUnschedule(
  { state }: BroadcastRow,
  { startAt }: Partial<BroadcastSettings>,
): void {
  if (state !== 'scheduled' || startAt !== null) return;
  throw new DomainError(
    'unprocessable',
    'start_at_required',
    both(
      '定时任务必须有开始时间：请另填一个，或用 POST …/unschedule 取消定时，或用 POST …/start-now 立即开始。',
      'a scheduled broadcast has a time: give another, make it a draft with POST …/unschedule, or start it with POST …/start-now',
    ),
    {
      errors: [{ path: 'startAt', code: 'required', message: both('请填写时间。', 'give a time') }],
    },
  );
}
