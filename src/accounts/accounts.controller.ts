import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { appidsFor } from '../access/caller.js';
import { Needs } from '../access/needs.decorator.js';
import { requireCaller } from '../access/require-caller.js';
import { PageQuery } from '../http/cursor.js';
import { Operation } from '../http/openapi/operation.decorator.js';
import { AccountViews } from './account-views.js';
import type { AccountPageView, AccountView } from './account-view.dto.js';
import { accountChangeOf, CreateAccountDto, UpdateAccountDto } from './accounts.dto.js';
import { AccountsService } from './accounts.service.js';

@ApiTags('accounts')
@Controller('v1/accounts')
export class AccountsController {
  readonly #accounts: AccountsService;
  readonly #views: AccountViews;

  constructor(accounts: AccountsService, views: AccountViews) {
    this.#accounts = accounts;
    this.#views = views;
  }

  /** Adds a WeChat account. Its secrets are sealed, and no answer ever tells them. */
  @Operation('createAccount', {
    example: {
      appid: 'wx0123456789abcdef',
      secret: '0123456789abcdef0123456789abcdef',
      kind: 'service',
      name: '演示服务号',
      callbackToken: 'simulator',
      callbackMode: 'plain',
    },
    409: ['account_exists'],
    422: ['account_has_no_secret', 'address_refused'],
  })
  @Post()
  @Needs('account.manage', { everywhere: true })
  async create(@Body() account: CreateAccountDto): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.create(accountChangeOf(account)));
  }

  /** Lists the accounts, each with its health. In the order of their appids. */
  @Operation('listAccounts')
  @Get()
  @Needs('account.read')
  async list(@Query() { after, limit }: PageQuery): Promise<AccountPageView> {
    const among = appidsFor(requireCaller(), 'account.read');
    const { items, next } = await this.#accounts.list(after, limit, among);
    return { items: await this.#views.ofAll(items), next };
  }

  /** Shows an account, with its health. Never a secret, only which there are. */
  @Operation('getAccount')
  @Get(':appid')
  @Needs('account.read')
  async show(@Param('appid') appid: string): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.requireAccount(appid));
  }

  /**
   * Changes an account. What is left out stays, null removes; a new `callbackToken` or `encodingAesKey` keeps the
   * former as previous until `removePrevious`.
   */
  @Operation('changeAccount', {
    example: { name: '演示服务号', sendsPerSecond: 200 },
    409: ['changed_meanwhile'],
    422: ['account_has_no_secret', 'address_refused'],
  })
  @Patch(':appid')
  @Needs('account.manage')
  async update(
    @Param('appid') appid: string,
    @Body() change: UpdateAccountDto,
  ): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.update(appid, accountChangeOf(change)));
  }

  /** Deletes an account. Only while it has no broadcasts: their history is kept. */
  @Operation('deleteAccount', { 409: ['account_has_broadcasts'] })
  @Delete(':appid')
  @Needs('account.manage')
  @HttpCode(HttpStatus.NO_CONTENT)
  async remove(@Param('appid') appid: string): Promise<void> {
    await this.#accounts.remove(appid);
  }

  /** Stops everything of an account. Nothing of it is sent until `lift`; broadcasts keep their state. */
  @Operation('holdAccount')
  @Post(':appid/hold')
  @Needs('account.hold')
  @HttpCode(HttpStatus.OK)
  async hold(@Param('appid') appid: string): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.hold(appid));
  }

  /** Lets an account go on. It gives a faulty account another try as well. */
  @Operation('liftAccount')
  @Post(':appid/lift')
  @Needs('account.hold')
  @HttpCode(HttpStatus.OK)
  async lift(@Param('appid') appid: string): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.lift(appid));
  }
}
