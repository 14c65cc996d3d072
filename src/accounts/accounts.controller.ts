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
import { type Page, PageQuery } from '../http/cursor.js';
import { AccountViews } from './account-views.js';
import type { AccountView } from './account-view.dto.js';
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

  @Post()
  @Needs('account.manage', { everywhere: true })
  async create(@Body() account: CreateAccountDto): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.create(accountChangeOf(account)));
  }

  @Get()
  @Needs('account.read')
  async list(@Query() { after, limit }: PageQuery): Promise<Page<AccountView>> {
    const among = appidsFor(requireCaller(), 'account.read');
    const { items, next } = await this.#accounts.list(after, limit, among);
    return { items: await this.#views.ofAll(items), next };
  }

  @Get(':appid')
  @Needs('account.read')
  async show(@Param('appid') appid: string): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.requireAccount(appid));
  }

  @Patch(':appid')
  @Needs('account.manage')
  async update(
    @Param('appid') appid: string,
    @Body() change: UpdateAccountDto,
  ): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.update(appid, accountChangeOf(change)));
  }

  @Delete(':appid')
  @Needs('account.manage')
  @HttpCode(HttpStatus.NO_CONTENT)
  async remove(@Param('appid') appid: string): Promise<void> {
    await this.#accounts.remove(appid);
  }

  /** Stops everything of the account. */
  @Post(':appid/hold')
  @Needs('account.hold')
  @HttpCode(HttpStatus.OK)
  async hold(@Param('appid') appid: string): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.hold(appid));
  }

  /** Lets it go on, and gives a faulty account another try. */
  @Post(':appid/lift')
  @Needs('account.hold')
  @HttpCode(HttpStatus.OK)
  async lift(@Param('appid') appid: string): Promise<AccountView> {
    return await this.#views.of(await this.#accounts.lift(appid));
  }
}
