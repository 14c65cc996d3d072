import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../http/openapi/operation.decorator.js';
import { Needs } from '../access/needs.decorator.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { refusedCall } from '../token/source/refused-call.js';
import { MAIN_CHANNEL } from './main-channel.js';
import { QuotaInquiry } from './quota-inquiry.js';
import { QuotaLedger } from './quota-ledger.js';
import { QuotaRefresh } from './quota-refresh.js';
import { QuotaClearing } from './quota-clearing.js';
import { QuotaDays } from './quota-days.js';
import { ClearQuotaDto, QuotaClearedView } from './quota-clearing.dto.js';
import { isRange, rangeInvalid } from './quota-range.js';
import { QuotaDaysQuery, QuotaDaysView, QuotaQuery, QuotaView, toQuotaView } from './quota.dto.js';

@ApiTags('accounts')
@Controller('v1/accounts/:appid/quota')
@Needs('account.read')
export class QuotaController {
  readonly #accounts: AccountsService;
  readonly #ledger: QuotaLedger;
  readonly #inquiry: QuotaInquiry;
  readonly #days: QuotaDays;
  readonly #refresh: QuotaRefresh;
  readonly #clearing: QuotaClearing;

  constructor(
    accounts: AccountsService,
    ledger: QuotaLedger,
    inquiry: QuotaInquiry,
    days: QuotaDays,
    refresh: QuotaRefresh,
    clearing: QuotaClearing,
  ) {
    this.#accounts = accounts;
    this.#ledger = ledger;
    this.#inquiry = inquiry;
    this.#days = days;
    this.#refresh = refresh;
    this.#clearing = clearing;
  }

  /**
   * Shows how an account stands with WeChat's daily quota. It is what the ledger says of one channel, as WeChat
   * counts the calls of each API path by itself; nobody asks WeChat for it.
   */
  @Operation('getQuota')
  @Get()
  async show(
    @Param('appid') appid: string,
    @Query() { channel: named }: QuotaQuery,
  ): Promise<QuotaView> {
    const { id, kind } = await this.#accounts.requireAccount(appid);
    const channel = named ?? MAIN_CHANNEL[kind];
    return toQuotaView(channel, await this.#ledger.statusOf(id, channel));
  }

  /**
   * Shows what was used of the quota, day by day. Days are WeChat's, which begin in Shanghai; at most 93 at once.
   * Without a channel it is the one that the account's broadcasts live by.
   */
  @Operation('listQuotaDays', { 400: ['range_invalid'] })
  @Get('days')
  async days(
    @Param('appid') appid: string,
    @Query() { channel: named, from, to }: QuotaDaysQuery,
  ): Promise<QuotaDaysView> {
    const { id, kind } = await this.#accounts.requireAccount(appid);
    const channel = named ?? MAIN_CHANNEL[kind];
    const last = to ?? this.#days.dayBefore(0);
    const first = from ?? this.#days.dayBefore(6);
    if (!isRange(first, last)) throw rangeInvalid();
    return { channel, days: await this.#days.list(id, channel, first, last) };
  }

  /**
   * Asks WeChat for the quota, and corrects the ledger. After it was raised or cleared, broadcasts that wait for the
   * next day go on. Without a channel, all are asked for by which the account sends, and every other path that the
   * service calls for it, as the account's health shows them.
   */
  @Operation('refreshQuota', {
    409: ['account_faulted'],
    422: ['account_has_no_secret', 'wechat_refused'],
    503: ['wechat_busy', 'wechat_unreachable'],
  })
  @Post('refresh')
  @Needs('account.check')
  @HttpCode(HttpStatus.OK)
  async refresh(
    @Param('appid') appid: string,
    @Query() { channel: named }: QuotaQuery,
  ): Promise<QuotaView> {
    const account = await this.#accounts.requireAccount(appid);
    const channel = named ?? MAIN_CHANNEL[account.kind];
    try {
      if (named) await this.#inquiry.ask(account, named, 'operator');
      else await this.#refresh.all(account);
    } catch (error) {
      throw refusedCall('quota', error) ?? error;
    }
    return toQuotaView(channel, await this.#ledger.statusOf(account.id, channel));
  }

  /**
   * Sets WeChat's counts of an account's calls back to zero. For all paths at once, ten times a month for all systems of
   * the account together.
   *
   * It asks twice: without `confirm` it is refused with 409 `confirm_required`, which says how many are left; sent again
   * with the appid as `confirm`, it is done. Broadcasts that wait for the next day's quota go on then.
   */
  @Operation('clearQuota', {
    example: { confirm: 'wx0123456789abcdef' },
    409: ['account_faulted', 'confirm_required', 'quota_just_cleared'],
    422: ['account_has_no_secret', 'wechat_refused'],
    503: ['quota_maybe_cleared', 'wechat_busy', 'wechat_unreachable'],
  })
  @Post('clear')
  @Needs('account.manage')
  @HttpCode(HttpStatus.OK)
  async clear(
    @Param('appid') appid: string,
    @Body() { confirm }: ClearQuotaDto,
  ): Promise<QuotaClearedView> {
    const account = await this.#accounts.requireAccount(appid);
    const clearings = await this.#clearing.clear(account, confirm);
    const channel = MAIN_CHANNEL[account.kind];
    const quota = toQuotaView(channel, await this.#ledger.statusOf(account.id, channel));
    return { clearings, quota };
  }
}
