import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../access/needs.decorator.js';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { refusedCall } from '../token/source/refused-call.js';
import type { ChannelName } from '../wechat/message-channel.js';
import { MAIN_CHANNEL } from './main-channel.js';
import { QuotaInquiry } from './quota-inquiry.js';
import { QuotaLedger } from './quota-ledger.js';
import { QuotaQuery, QuotaView, toQuotaView } from './quota.dto.js';

@ApiTags('accounts')
@Controller('v1/accounts/:appid/quota')
@Needs('account.read')
export class QuotaController {
  readonly #accounts: AccountsService;
  readonly #ledger: QuotaLedger;
  readonly #inquiry: QuotaInquiry;

  constructor(accounts: AccountsService, ledger: QuotaLedger, inquiry: QuotaInquiry) {
    this.#accounts = accounts;
    this.#ledger = ledger;
    this.#inquiry = inquiry;
  }

  /** What the ledger says of one channel: WeChat counts the calls of each API path by itself. */
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
   * Asks WeChat, and corrects the ledger: after the quota was raised or cleared, broadcasts that wait for the next
   * day go on. Without a channel, all are asked for by which the account sends.
   */
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
