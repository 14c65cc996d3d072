import { Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Role } from '../access/role.decorator.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { QuotaInquiry } from './quota-inquiry.js';
import { QuotaLedger } from './quota-ledger.js';
import { QuotaView, toQuotaView } from './quota.dto.js';

@ApiTags('accounts')
@Controller('v1/accounts/:appid/quota')
@Role('viewer')
export class QuotaController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly ledger: QuotaLedger,
    private readonly inquiry: QuotaInquiry,
  ) {}

  /** What the ledger says. */
  @Get()
  async show(@Param('appid') appid: string): Promise<QuotaView> {
    const { id } = await this.accounts.require(appid);
    return toQuotaView(await this.ledger.standing(id));
  }

  /**
   * Asks WeChat, and corrects the ledger: after the quota was raised or cleared, broadcasts that wait for the next
   * day go on.
   */
  @Post('refresh')
  @Role('sender')
  @HttpCode(HttpStatus.OK)
  async refresh(@Param('appid') appid: string): Promise<QuotaView> {
    const account = await this.accounts.require(appid);
    await this.inquiry.ask(account, 'operator');
    return toQuotaView(await this.ledger.standing(account.id));
  }
}
