import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { HotSql } from '../../../database/hot-sql.js';
import { Clock } from '../../../kernel/clock.js';
import { TemplatesService } from '../../../templates/templates.service.js';
import { AccountFaulted, TokenUnavailable } from '../../../token/store/token.errors.js';
import { WechatApi } from '../../../token/wechat-api.js';
import { WechatRefusal, WechatUnreachable } from '../../../wechat/wechat.errors.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';
import { InterceptedDeliveries } from './intercepted-deliveries.js';
import { type Interception, readInterceptions } from './interceptions.js';
import {
  type InterceptionLease,
  MOVE_INTERCEPTION_CURSOR,
  TAKE_INTERCEPTION_LEASES,
} from './review.statements.js';

const PATH = '/wxa/sec/queryblocktmplmsg';
/** WeChat's own limit. */
const PAGE = 100;
/** Pages of one template in one round. */
const PAGES = 20;
/** A settlement that the database could not take is kept for nine minutes: later, no row can still be on its way. */
const SETTLED_AFTER_MS = 15 * 60_000;
/** A refusal is not asked for again at once. */
const REFUSED_REST_SECONDS = 30 * 60;

/** Asks WeChat which of the messages under review it has intercepted: nothing else tells. */
@Injectable()
export class InterceptionInquiry implements PeriodicTask {
  readonly what = 'interceptions';
  readonly everyMs = 5_000;
  readonly #logger = new Logger(InterceptionInquiry.name);
  readonly #sql: HotSql;
  readonly #accounts: AccountsService;
  readonly #templates: TemplatesService;
  readonly #wechat: WechatApi;
  readonly #deliveries: InterceptedDeliveries;
  readonly #clock: Clock;

  constructor(
    sql: HotSql,
    accounts: AccountsService,
    templates: TemplatesService,
    wechat: WechatApi,
    deliveries: InterceptedDeliveries,
    clock: Clock,
  ) {
    this.#sql = sql;
    this.#accounts = accounts;
    this.#templates = templates;
    this.#wechat = wechat;
    this.#deliveries = deliveries;
    this.#clock = clock;
  }

  async run(): Promise<void> {
    for (const turn of await this.#sql.query<InterceptionLease>(TAKE_INTERCEPTION_LEASES, []))
      await this.#ask(turn).catch((error: unknown) => this.#failed(turn, error));
  }

  async #ask(turn: InterceptionLease): Promise<void> {
    const account = await this.#accounts.byId(turn.account_id);
    if (!account) return;
    const template = await this.#templates.findTemplate(account, turn.template_id);
    const before = new Date(this.#clock.now().getTime() - SETTLED_AFTER_MS);
    let from = Number(turn.largest_id);
    let moves = true;
    for (let page = 0; page < PAGES; page++) {
      const answer = await this.#wechat.call(account, {
        path: PATH,
        method: 'POST',
        body: JSON.stringify({ tmpl_msg_id: turn.template_id, largest_id: from, limit: PAGE }),
      });
      const listed = readInterceptions(answer);
      await this.#deliveries.refuse(turn, listed, template?.content);
      const done = doneWith(listed, before);
      if (moves && done !== undefined) await this.#move(turn, done);
      // What comes after one that is too young is read again the next time.
      moves &&= listed.every(({ sentAt }) => sentAt < before);
      const largest = Math.max(from, ...listed.map(({ id }) => id));
      if (listed.length < PAGE || largest === from) return;
      from = largest;
    }
  }

  #move(turn: InterceptionLease, largestId: number, restSeconds = 0): Promise<unknown> {
    const { account_id: accountId, template_id: templateId } = turn;
    const values = [accountId, templateId, largestId, restSeconds];
    return this.#sql.query(MOVE_INTERCEPTION_CURSOR, values);
  }

  async #failed(turn: InterceptionLease, err: unknown): Promise<void> {
    const { account_id: accountId, template_id: templateId } = turn;
    const everyday = [WechatUnreachable, AccountFaulted, TokenUnavailable];
    if (everyday.some((kind) => err instanceof kind)) {
      this.#logger.debug({ accountId, templateId, err }, 'interceptions not asked for');
      return;
    }
    this.#logger.warn({ accountId, templateId, err }, 'WeChat does not list interceptions');
    if (err instanceof WechatRefusal)
      await this.#move(turn, Number(turn.largest_id), REFUSED_REST_SECONDS);
  }
}

/** The largest id up to which no row can still be on its way; undefined where there is none. */
function doneWith(listed: readonly Interception[], before: Date): number | undefined {
  const young = listed.filter(({ sentAt }) => sentAt >= before).map(({ id }) => id);
  const done = listed.map(({ id }) => id).filter((id) => id < Math.min(...young));
  return done.length === 0 ? undefined : Math.max(...done);
}
