import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../http/openapi/operation.decorator.js';
import { Needs } from '../access/needs.decorator.js';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { refusedCall } from '../token/source/refused-call.js';
import type { ChannelName } from '../wechat/message-channel.js';
import { MAIN_CHANNEL } from './main-channel.js';
import { QuotaInquiry } from './quota-inquiry.js';
import { QuotaLedger } from './quota-ledger.js';
import { QuotaDays } from './quota-days.js';
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

  constructor(
    accounts: AccountsService,
    ledger: QuotaLedger,
    inquiry: QuotaInquiry,
    days: QuotaDays,
  ) {
    this.#accounts = accounts;
    this.#ledger = ledger;
    this.#inquiry = inquiry;
    this.#days = days;
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
   * next day go on. Without a channel, all are asked for by which the account sends.
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
    const asked = named ? [named] : await this.#ledger.channelsOf(account.id);
    await this.#ask(account, new Set([channel, ...asked]));
    return toQuotaView(channel, await this.#ledger.statusOf(account.id, channel));
  }

  async #ask(account: Account, channels: Iterable<ChannelName>): Promise<void> {
    try {
      await this.#inquiry.askAll(account, channels, 'operator');
    } catch (error) {
      throw refusedCall('quota', error) ?? error;
    }
  }
}
