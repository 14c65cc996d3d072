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
/** A settlement waits for the database for nine minutes at most: after this long no row can become `reviewing`. */
const SETTLED_AFTER_MS = 15 * 60_000;
/** Where WeChat refuses to list interceptions, we ask again after this long. */
const REFUSED_REST_SECONDS = 30 * 60;

/** Asks WeChat which of the messages under review it has intercepted: WeChat reports it in no other way. */
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
    for (const lease of await this.#sql.query<InterceptionLease>(TAKE_INTERCEPTION_LEASES, []))
      await this.#ask(lease).catch((error: unknown) => this.#failed(lease, error));
  }

  async #ask(lease: InterceptionLease): Promise<void> {
    const account = await this.#accounts.byId(lease.account_id);
    if (!account) return;
    const template = await this.#templates.findTemplate(account, lease.template_id);
    const before = new Date(this.#clock.now().getTime() - SETTLED_AFTER_MS);
    let from = Number(lease.largest_id);
    let moves = true;
    for (let page = 0; page < PAGES; page++) {
      const answer = await this.#wechat.call(account, {
        path: PATH,
        method: 'POST',
        body: JSON.stringify({ tmpl_msg_id: lease.template_id, largest_id: from, limit: PAGE }),
      });
      const listed = readInterceptions(answer);
      await this.#deliveries.refuse(lease, listed, template?.content);
      const done = doneWith(listed, before);
      if (moves && done !== undefined) await this.#move(lease, done);
      // Interceptions after one that is too young are read again the next time.
      moves &&= listed.every(({ sentAt }) => sentAt < before);
      const largest = Math.max(from, ...listed.map(({ id }) => id));
      if (listed.length < PAGE || largest === from) return;
      from = largest;
    }
  }

  #move(lease: InterceptionLease, largestId: number, restSeconds = 0): Promise<unknown> {
    const { account_id: accountId, template_id: templateId } = lease;
    const values = [accountId, templateId, largestId, restSeconds];
    return this.#sql.query(MOVE_INTERCEPTION_CURSOR, values);
  }

  async #failed(lease: InterceptionLease, err: unknown): Promise<void> {
    const { account_id: accountId, template_id: templateId } = lease;
    const everyday = [WechatUnreachable, AccountFaulted, TokenUnavailable];
    if (everyday.some((kind) => err instanceof kind)) {
      this.#logger.debug(
        { accountId, templateId, err },
        'WeChat could not be asked for interceptions; the next lease asks again',
      );
      return;
    }
    this.#logger.warn({ accountId, templateId, err }, 'WeChat did not list interceptions');
    if (err instanceof WechatRefusal)
      await this.#move(lease, Number(lease.largest_id), REFUSED_REST_SECONDS);
  }
}

/** The largest id up to which every interception is old enough to be done with; undefined where there is none. */
function doneWith(listed: readonly Interception[], before: Date): number | undefined {
  const young = listed.filter(({ sentAt }) => sentAt >= before).map(({ id }) => id);
  const done = listed.map(({ id }) => id).filter((id) => id < Math.min(...young));
  return done.length === 0 ? undefined : Math.max(...done);
}
