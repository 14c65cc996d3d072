import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../http/openapi/operation.decorator.js';
import { Needs } from '../access/needs.decorator.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { maskOpenid } from '../kernel/ids.js';
import { FollowerSync } from './sync/follower-sync.js';
import {
  FollowerDetailView,
  FollowerPageView,
  FollowersQuery,
  FollowerSyncView,
  toFollowerDetailView,
  toFollowerSyncView,
  toFollowerView,
} from './followers.dto.js';
import { FollowersService } from './followers.service.js';
import { Tags } from './tags/tags.service.js';
import { SuppressionsService } from './suppressions/suppressions.service.js';

@ApiTags('followers')
@Controller('v1/accounts/:appid/followers')
@Needs('follower.read')
export class FollowersController {
  readonly #accounts: AccountsService;
  readonly #followers: FollowersService;
  readonly #syncs: FollowerSync;
  readonly #suppressions: SuppressionsService;
  readonly #tags: Tags;

  constructor(
    accounts: AccountsService,
    followers: FollowersService,
    syncs: FollowerSync,
    suppressions: SuppressionsService,
    tags: Tags,
  ) {
    this.#accounts = accounts;
    this.#followers = followers;
    this.#syncs = syncs;
    this.#suppressions = suppressions;
    this.#tags = tags;
  }

  /**
   * Starts reading the follower list from WeChat. Where one is being read already, answers with that one; `GET` of
   * the same path tells how far it is.
   */
  @Operation('syncFollowers', { 422: ['account_kind_without_followers'] })
  @Post('sync')
  @Needs('follower.sync')
  @HttpCode(HttpStatus.ACCEPTED)
  async sync(@Param('appid') appid: string): Promise<FollowerSyncView> {
    return toFollowerSyncView(await this.#syncs.start(await this.#accounts.requireAccount(appid)));
  }

  /** Shows how far the last sync of followers came. `idle` where there was none. */
  @Operation('getFollowerSync')
  @Get('sync')
  async progress(@Param('appid') appid: string): Promise<FollowerSyncView> {
    const { id } = await this.#accounts.requireAccount(appid);
    return toFollowerSyncView(await this.#syncs.find(id));
  }

  /**
   * Lists the followers. In the order of their openids, as of the last sync and the events since; who has left is
   * listed too, unless `subscribed` says otherwise.
   */
  @Operation('listFollowers')
  @Get()
  async list(
    @Param('appid') appid: string,
    @Query() query: FollowersQuery,
  ): Promise<FollowerPageView> {
    const { id } = await this.#accounts.requireAccount(appid);
    const { items, next } = await this.#followers.list(id, query);
    return { items: items.map(toFollowerView), next };
  }

  /** Shows one follower. Or one who has left, and why nothing is sent to them, if so. */
  @Operation('getFollower', { 404: ['follower_not_found'] })
  @Get(':openid')
  async show(
    @Param('appid') appid: string,
    @Param('openid') openid: string,
  ): Promise<FollowerDetailView> {
    const { id } = await this.#accounts.requireAccount(appid);
    const follower = await this.#followers.findFollower(id, openid);
    if (follower !== undefined)
      return toFollowerDetailView(
        follower,
        await this.#suppressions.findSuppression(id, openid),
        await this.#tags.of(id, openid),
      );
    throw new DomainError(
      'not-found',
      'follower_not_found',
      both(
        `据最近一次同步及其后的事件，${maskOpenid(openid)} 未关注 ${appid}。`,
        `${appid} has no follower ${maskOpenid(openid)}, as far as the last sync and the events since know.`,
        { openid: maskOpenid(openid), appid },
      ),
    );
  }
}
