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
import { Role } from '../access/role.decorator.js';
import { type Page, PageQuery } from '../http/cursor.js';
import { AccountHealthReader } from './account-health.js';
import type { AccountRecord } from './account.repository.js';
import { type AccountView, CreateAccountDto, toView, UpdateAccountDto } from './accounts.dto.js';
import { AccountsService } from './accounts.service.js';

@ApiTags('accounts')
@Controller('v1/accounts')
export class AccountsController {
  readonly #accounts: AccountsService;
  readonly #health: AccountHealthReader;

  constructor(accounts: AccountsService, health: AccountHealthReader) {
    this.#accounts = accounts;
    this.#health = health;
  }

  @Post()
  async create(@Body() account: CreateAccountDto): Promise<AccountView> {
    return await this.#view(await this.#accounts.create(account));
  }

  @Get()
  @Role('viewer')
  async list(@Query() { after, limit }: PageQuery): Promise<Page<AccountView>> {
    const { items, next } = await this.#accounts.list(after, limit);
    const found = await this.#health.ofAll(items);
    return { items: found.map(({ account, health }) => toView(account, health)), next };
  }

  @Get(':appid')
  @Role('viewer')
  async show(@Param('appid') appid: string): Promise<AccountView> {
    return await this.#view(await this.#accounts.requireAccount(appid));
  }

  @Patch(':appid')
  async update(
    @Param('appid') appid: string,
    @Body() change: UpdateAccountDto,
  ): Promise<AccountView> {
    return await this.#view(await this.#accounts.update(appid, change));
  }

  @Delete(':appid')
  @HttpCode(HttpStatus.NO_CONTENT)
  async remove(@Param('appid') appid: string): Promise<void> {
    await this.#accounts.remove(appid);
  }

  /** Stops everything of the account. */
  @Post(':appid/hold')
  @Role('sender')
  @HttpCode(HttpStatus.OK)
  async hold(@Param('appid') appid: string): Promise<AccountView> {
    return await this.#view(await this.#accounts.hold(appid));
  }

  /** Lets it go on, and gives a faulty account another try. */
  @Post(':appid/lift')
  @Role('sender')
  @HttpCode(HttpStatus.OK)
  async lift(@Param('appid') appid: string): Promise<AccountView> {
    return await this.#view(await this.#accounts.lift(appid));
  }

  async #view(account: AccountRecord): Promise<AccountView> {
    return toView(account, await this.#health.of(account));
  }
}
