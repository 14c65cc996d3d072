import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../access/needs.decorator.js';
import { AccountViews } from '../accounts/account-views.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { Operation, Refuses } from '../http/openapi/operation.decorator.js';
import { OpenidPipe } from '../http/openid.pipe.js';
import type { Act } from './people.js';
import { SandboxCreation } from './sandbox-creation.service.js';
import {
  ChangeSandboxDto,
  CreateSandboxDto,
  InboxQuery,
  SandboxInboxView,
  SandboxPeopleView,
  SandboxPersonView,
  SandboxView,
  toInboxView,
  toSandboxView,
} from './sandbox.dto.js';
import { SandboxService } from './sandbox.service.js';

@ApiTags('sandbox')
@Refuses({ 404: ['sandbox_not_found'], 409: ['sandbox_off'] })
@Controller('v1/accounts')
export class SandboxController {
  readonly #creation: SandboxCreation;
  readonly #sandboxes: SandboxService;
  readonly #accounts: AccountsService;
  readonly #views: AccountViews;

  constructor(
    creation: SandboxCreation,
    sandboxes: SandboxService,
    accounts: AccountsService,
    views: AccountViews,
  ) {
    this.#creation = creation;
    this.#sandboxes = sandboxes;
    this.#accounts = accounts;
    this.#views = views;
  }

  /**
   * Makes a pretended account, ready for a first broadcast.
   *
   * It talks to a pretended WeChat inside this service and reaches nobody. It comes with templates, followers and twelve
   * testers with names; figures of real accounts never count it. Removed as any account is, and then nothing of it stays.
   */
  @Post('sandbox')
  @Operation('createSandbox', { example: {}, 409: ['sandbox_limit'] })
  @Needs('sandbox.make', { everywhere: true })
  async create(@Body() wanted: CreateSandboxDto) {
    const { appid } = await this.#creation.create(wanted);
    return await this.#views.of(await this.#accounts.requireAccount(appid));
  }

  /** Shows a sandbox. How its pretended WeChat behaves, and how many people follow it. */
  @Get(':appid/sandbox')
  @Operation('getSandbox')
  @Needs('account.read')
  async show(@Param('appid') appid: string): Promise<SandboxView> {
    return toSandboxView(appid, await this.#sandboxes.show(appid));
  }

  /**
   * Changes how the pretended WeChat behaves, from the next call on.
   *
   * The quota is read anew, so that a broadcast that waits for it goes on, or one that runs stops.
   */
  @Patch(':appid/sandbox')
  @Operation('changeSandbox', { example: { mood: 'busy' } })
  @Needs('broadcast.send')
  async setMood(
    @Param('appid') appid: string,
    @Body() { mood }: ChangeSandboxDto,
  ): Promise<SandboxView> {
    return toSandboxView(appid, await this.#sandboxes.setMood(appid, mood));
  }

  /** Lists the named people of a sandbox. They are its testers; each says whether they follow it, and take its messages. */
  @Get(':appid/sandbox/people')
  @Operation('listSandboxPeople')
  @Needs('account.read')
  async people(@Param('appid') appid: string): Promise<SandboxPeopleView> {
    return { items: await this.#sandboxes.people(appid) };
  }

  /** Shows the phone of a person in a sandbox. Its last fifty messages, the newest first, as WeChat would show them. */
  @Get(':appid/sandbox/inbox')
  @Operation('readSandboxInbox', { 404: ['sandbox_person_not_found'] })
  @Needs('account.read')
  async inbox(
    @Param('appid') appid: string,
    @Query() { openid }: InboxQuery,
  ): Promise<SandboxInboxView> {
    return toInboxView(await this.#sandboxes.inbox(appid, openid));
  }

  /** Lets a person in a sandbox leave the account. Its WeChat pushes that, as the real one does. */
  @Post(':appid/sandbox/people/:openid/unfollow')
  @Operation('leaveSandbox', { 400: ['openid_invalid'], 404: ['sandbox_person_not_found'] })
  @Needs('broadcast.send')
  @HttpCode(HttpStatus.OK)
  unfollow(
    @Param('appid') appid: string,
    @Param('openid', OpenidPipe) openid: string,
  ): Promise<SandboxPersonView> {
    return this.#act(appid, openid, 'unfollow');
  }

  /** Lets a person in a sandbox follow the account again. Its WeChat pushes that, as the real one does. */
  @Post(':appid/sandbox/people/:openid/follow')
  @Operation('followSandbox', { 400: ['openid_invalid'], 404: ['sandbox_person_not_found'] })
  @Needs('broadcast.send')
  @HttpCode(HttpStatus.OK)
  follow(
    @Param('appid') appid: string,
    @Param('openid', OpenidPipe) openid: string,
  ): Promise<SandboxPersonView> {
    return this.#act(appid, openid, 'follow');
  }

  /** Lets a person in a sandbox refuse the account's messages. Their receipts say so from now on: `failed:user block`. */
  @Post(':appid/sandbox/people/:openid/block')
  @Operation('blockSandbox', { 400: ['openid_invalid'], 404: ['sandbox_person_not_found'] })
  @Needs('broadcast.send')
  @HttpCode(HttpStatus.OK)
  block(
    @Param('appid') appid: string,
    @Param('openid', OpenidPipe) openid: string,
  ): Promise<SandboxPersonView> {
    return this.#act(appid, openid, 'block');
  }

  /** Lets a person in a sandbox take the account's messages again. It is no push: WeChat tells nobody. */
  @Post(':appid/sandbox/people/:openid/unblock')
  @Operation('unblockSandbox', { 400: ['openid_invalid'], 404: ['sandbox_person_not_found'] })
  @Needs('broadcast.send')
  @HttpCode(HttpStatus.OK)
  unblock(
    @Param('appid') appid: string,
    @Param('openid', OpenidPipe) openid: string,
  ): Promise<SandboxPersonView> {
    return this.#act(appid, openid, 'unblock');
  }

  /** Lets a person in a sandbox write “1” to the account. Its WeChat pushes that, as the real one does. */
  @Post(':appid/sandbox/people/:openid/say')
  @Operation('writeToSandbox', { 400: ['openid_invalid'], 404: ['sandbox_person_not_found'] })
  @Needs('broadcast.send')
  @HttpCode(HttpStatus.OK)
  say(
    @Param('appid') appid: string,
    @Param('openid', OpenidPipe) openid: string,
  ): Promise<SandboxPersonView> {
    return this.#act(appid, openid, 'say');
  }

  #act(appid: string, openid: string, act: Act): Promise<SandboxPersonView> {
    return this.#sandboxes.act(appid, openid, act);
  }
}
