import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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

  /** Fetches the templates from WeChat. */
  @Post('sync')
  @Needs('template.sync')
  @HttpCode(HttpStatus.OK)
  async sync(@Param('appid') appid: string): Promise<TemplateSyncView> {
    return this.#templates.sync(await this.#accounts.requireAccount(appid));
  }

  /** The templates that WeChat has, as of the last sync. */
  @Get()
  async list(
    @Param('appid') appid: string,
    @Query() { after, limit, family }: TemplatesQuery,
  ): Promise<TemplatePageView> {
    const account = await this.#accounts.requireAccount(appid);
    const { items, next } = await this.#templates.list(account, after, limit, family);
    return { items: items.map(toTemplateView), next };
  }

  /** One template, even if WeChat has it no more. */
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
    return toTemplateView(template);
  }
}
