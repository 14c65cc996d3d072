import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { TakesLists } from '../../http/body-bounds.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { TagIdPipe } from './tag-id.pipe.js';
import { Taggings } from './taggings.js';
import {
  TaggingFailurePageView,
  TaggingView,
  TagPeopleDto,
  toTaggingFailureView,
  toTaggingView,
} from './taggings.dto.js';
import { TagMembersQuery } from './tags.dto.js';

/** Longer lists never reach `openidsToTag`, which refuses more than 10,000 with an error of its own. */
const LISTS = { openids: 20_000 };

const REFUSALS = {
  400: ['openids_invalid'],
  404: ['tag_not_found'],
  413: ['openids_too_many'],
  422: ['openids_empty'],
} as const;

@ApiTags('tags')
@Controller('v1/accounts/:appid')
@Needs('follower.read')
export class TaggingsController {
  readonly #accounts: AccountsService;
  readonly #taggings: Taggings;

  constructor(accounts: AccountsService, taggings: Taggings) {
    this.#accounts = accounts;
    this.#taggings = taggings;
  }

  /**
   * Gives people a tag, in the background. WeChat takes 50 in a call; whom it refuses is told one by one, and the
   * others have the tag all the same. `GET …/taggings/:id` tells how far it is.
   */
  @Operation('tagPeople', { example: { openids: ['o-sItuA-ArK7CegaFDtOBFoR_421'] }, ...REFUSALS })
  @Post('tags/:tagId/tag')
  @TakesLists(LISTS)
  @Needs('tag.manage')
  @HttpCode(HttpStatus.ACCEPTED)
  async tag(
    @Param('appid') appid: string,
    @Param('tagId', TagIdPipe) tagId: number,
    @Body() { openids }: TagPeopleDto,
  ): Promise<TaggingView> {
    return this.#begin(appid, tagId, 'tag', openids);
  }

  /** Takes a tag from people, in the background. As tagging does. */
  @Operation('untagPeople', { example: { openids: ['o-sItuA-ArK7CegaFDtOBFoR_421'] }, ...REFUSALS })
  @Post('tags/:tagId/untag')
  @TakesLists(LISTS)
  @Needs('tag.manage')
  @HttpCode(HttpStatus.ACCEPTED)
  async untag(
    @Param('appid') appid: string,
    @Param('tagId', TagIdPipe) tagId: number,
    @Body() { openids }: TagPeopleDto,
  ): Promise<TaggingView> {
    return this.#begin(appid, tagId, 'untag', openids);
  }

  /** Shows how far a list of people to tag or untag is. Kept for 30 days after its end. */
  @Operation('getTagging', { 404: ['tagging_not_found'] })
  @Get('taggings/:taggingId')
  async show(@Param('appid') appid: string, @Param('taggingId') id: string): Promise<TaggingView> {
    return toTaggingView(
      await this.#taggings.require(await this.#accounts.requireAccount(appid), id),
    );
  }

  /** Lists whom WeChat refused to tag or untag, and why. In the order of their openids. */
  @Operation('listTaggingFailures', { 404: ['tagging_not_found'] })
  @Get('taggings/:taggingId/failures')
  async failures(
    @Param('appid') appid: string,
    @Param('taggingId') id: string,
    @Query() { after, limit }: TagMembersQuery,
  ): Promise<TaggingFailurePageView> {
    const account = await this.#accounts.requireAccount(appid);
    const { items, next } = await this.#taggings.failures(account, id, {
      ...(after !== undefined && { after }),
      limit,
    });
    return { items: items.map(toTaggingFailureView), next };
  }

  async #begin(
    appid: string,
    tagId: number,
    verb: 'tag' | 'untag',
    openids: readonly unknown[],
  ): Promise<TaggingView> {
    const account = await this.#accounts.requireAccount(appid);
    return toTaggingView(await this.#taggings.begin(account, tagId, verb, openids));
  }
}
