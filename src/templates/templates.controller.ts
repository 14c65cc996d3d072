import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../http/openapi/operation.decorator.js';
import { Needs } from '../access/needs.decorator.js';
import { AccountsService } from '../accounts/accounts.service.js';
import {
  TemplatePageView,
  TemplatesQuery,
  TemplateSyncView,
  TemplateView,
  toTemplateView,
} from './templates.dto.js';
import { templateNotFound } from './template-not-found.js';
import { TemplatesService } from './templates.service.js';

@ApiTags('templates')
@Controller('v1/accounts/:appid/templates')
@Needs('template.read')
export class TemplatesController {
  readonly #accounts: AccountsService;
  readonly #templates: TemplatesService;

  constructor(accounts: AccountsService, templates: TemplatesService) {
    this.#accounts = accounts;
    this.#templates = templates;
  }

  /**
   * Fetches the templates from WeChat. Answers when they are stored, with the ids of what was added, changed and
   * removed; a list that WeChat would not give is named in `notRead`, and the others are kept.
   */
  @Operation('syncTemplates', {
    409: ['account_faulted'],
    422: ['account_has_no_secret', 'wechat_refused'],
    503: ['wechat_answer_unusable', 'wechat_busy', 'wechat_unreachable'],
  })
  @Post('sync')
  @Needs('template.sync')
  @HttpCode(HttpStatus.OK)
  async sync(@Param('appid') appid: string): Promise<TemplateSyncView> {
    return this.#templates.sync(await this.#accounts.requireAccount(appid));
  }

  /** Lists the templates that WeChat has. As of the last sync; one that WeChat has no more is left out. */
  @Operation('listTemplates')
  @Get()
  async list(
    @Param('appid') appid: string,
    @Query() { after, limit, family }: TemplatesQuery,
  ): Promise<TemplatePageView> {
    const account = await this.#accounts.requireAccount(appid);
    const { items, next } = await this.#templates.list(account, after, limit, family);
    return { items: items.map((template) => toTemplateView(appid, template)), next };
  }

  /** Shows one template. Even if WeChat has it no more: `removedAt` then says since when. */
  @Operation('getTemplate', { 404: ['template_not_found'] })
  @Get(':templateId')
  async show(
    @Param('appid') appid: string,
    @Param('templateId') templateId: string,
  ): Promise<TemplateView> {
    const template = await this.#templates.findTemplate(
      await this.#accounts.requireAccount(appid),
      templateId,
    );
    if (template === undefined) throw templateNotFound(appid, templateId);
    return toTemplateView(appid, template);
  }
}
