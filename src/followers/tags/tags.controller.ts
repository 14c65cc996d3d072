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
import { Needs } from '../../access/needs.decorator.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { TagIdPipe } from './tag-id.pipe.js';
import { TagSync } from './tag-sync.js';
import {
  TagListView,
  TagMemberPageView,
  TagMembersQuery,
  TagNameDto,
  TagSyncView,
  TagView,
  toTagSyncView,
  toTagView,
} from './tags.dto.js';
import { Tags } from './tags.service.js';

const CHANGE_REFUSALS = {
  409: ['account_faulted'],
  503: ['wechat_busy', 'wechat_unreachable'],
} as const;

@ApiTags('tags')
@Controller('v1/accounts/:appid/tags')
@Needs('follower.read')
export class TagsController {
  readonly #accounts: AccountsService;
  readonly #tags: Tags;
  readonly #syncs: TagSync;

  constructor(accounts: AccountsService, tags: Tags, syncs: TagSync) {
    this.#accounts = accounts;
    this.#tags = tags;
    this.#syncs = syncs;
  }

  /**
   * Starts reading the tags from WeChat, and who has them. Where they are being read already, answers with that; `GET`
   * of the same path tells how far it is.
   */
  @Operation('syncTags', { 422: ['account_kind_without_followers'] })
  @Post('sync')
  @Needs('follower.sync')
  @HttpCode(HttpStatus.ACCEPTED)
  async sync(@Param('appid') appid: string): Promise<TagSyncView> {
    return toTagSyncView(await this.#syncs.start(await this.#accounts.requireAccount(appid)));
  }

  /** Shows how far the last sync of tags came. `idle` where there was none. */
  @Operation('getTagSync')
  @Get('sync')
  async progress(@Param('appid') appid: string): Promise<TagSyncView> {
    const { id } = await this.#accounts.requireAccount(appid);
    return toTagSyncView(await this.#syncs.find(id));
  }

  /** Lists the tags, all at once. As of the last sync, and as they were changed here since. */
  @Operation('listTags')
  @Get()
  async list(@Param('appid') appid: string): Promise<TagListView> {
    const { id } = await this.#accounts.requireAccount(appid);
    const [tags, sync] = await Promise.all([this.#tags.list(id), this.#syncs.find(id)]);
    return { items: tags.map(toTagView), asOf: sync?.confirmedAsOf ?? null };
  }

  /** Makes a tag at WeChat. An account has at most 100 of them there; nobody has a new one. */
  @Operation('createTag', {
    example: { name: '双十一买家' },
    ...CHANGE_REFUSALS,
    422: ['account_kind_without_followers', 'wechat_refused'],
    503: ['wechat_answer_unusable', 'wechat_busy', 'wechat_unreachable'],
  })
  @Post()
  @Needs('tag.manage')
  async create(@Param('appid') appid: string, @Body() { name }: TagNameDto): Promise<TagView> {
    return toTagView(await this.#tags.create(await this.#accounts.requireAccount(appid), name));
  }

  /** Shows one tag. As of the last sync, and as it was changed here since. */
  @Operation('getTag', { 404: ['tag_not_found'] })
  @Get(':tagId')
  async show(
    @Param('appid') appid: string,
    @Param('tagId', TagIdPipe) tagId: number,
  ): Promise<TagView> {
    const account = await this.#accounts.requireAccount(appid);
    return toTagView(await this.#tags.requireTag(account, tagId));
  }

  /** Renames a tag at WeChat. Who has it keeps it. */
  @Operation('renameTag', {
    example: { name: '老会员' },
    ...CHANGE_REFUSALS,
    404: ['tag_not_found'],
    422: ['wechat_refused'],
  })
  @Patch(':tagId')
  @Needs('tag.manage')
  async rename(
    @Param('appid') appid: string,
    @Param('tagId', TagIdPipe) tagId: number,
    @Body() { name }: TagNameDto,
  ): Promise<TagView> {
    const account = await this.#accounts.requireAccount(appid);
    return toTagView(await this.#tags.rename(account, tagId, name));
  }

  /** Deletes a tag at WeChat, and takes it from all who have it. WeChat refuses to for one of more than 100,000. */
  @Operation('deleteTag', {
    ...CHANGE_REFUSALS,
    404: ['tag_not_found'],
    422: ['wechat_refused'],
  })
  @Delete(':tagId')
  @Needs('tag.manage')
  @HttpCode(HttpStatus.NO_CONTENT)
  async delete(
    @Param('appid') appid: string,
    @Param('tagId', TagIdPipe) tagId: number,
  ): Promise<void> {
    await this.#tags.delete(await this.#accounts.requireAccount(appid), tagId);
  }

  /** Lists who has a tag. In the order of their openids, as of the tag's `asOf` and what was changed here since. */
  @Operation('listTagMembers', { 404: ['tag_not_found'] })
  @Get(':tagId/members')
  async members(
    @Param('appid') appid: string,
    @Param('tagId', TagIdPipe) tagId: number,
    @Query() { after, limit }: TagMembersQuery,
  ): Promise<TagMemberPageView> {
    const account = await this.#accounts.requireAccount(appid);
    await this.#tags.requireTag(account, tagId);
    return this.#tags.members(account.id, tagId, { ...(after !== undefined && { after }), limit });
  }
}
