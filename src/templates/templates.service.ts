import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { page, type Page } from '../http/cursor.js';
import { DomainError } from '../kernel/domain-error.js';
import { WechatApi } from '../token/wechat-api.js';
import type { WechatAnswer } from '../wechat/answer.js';
import { listedTemplates } from './listed-templates.js';
import { refusedSync } from './refused-sync.js';
import { type TemplateDiff, TemplateRepository } from './template.repository.js';
import type { TemplateTable } from './template.tables.js';
import type { Template } from './template.js';
import { fieldsOf } from './template-fields.js';

const LIST_PATH = '/cgi-bin/template/get_all_private_template';

/** The templates of our accounts, as WeChat listed them last. */
@Injectable()
export class TemplatesService {
  private readonly logger = new Logger(TemplatesService.name);

  constructor(
    private readonly templates: TemplateRepository,
    private readonly api: WechatApi,
  ) {}

  /** Asks WeChat for the account's templates and says what has changed since the last time. */
  async sync(account: Account): Promise<TemplateDiff> {
    if (account.kind !== 'service') {
      throw new DomainError(
        'unprocessable',
        'account_kind_without_templates',
        `${account.appid} is a mini program: only service accounts have templates that can be synced`,
      );
    }
    const listed = listedTemplates(await this.#ask(account));
    if (listed === undefined) {
      throw new DomainError(
        'unavailable',
        'wechat_answer_unusable',
        `WeChat answered ${LIST_PATH} without a list of templates, so nothing was changed: try again`,
      );
    }
    const diff = await this.templates.reconcile(account.id, listed);
    const { added, changed, removed } = diff;
    this.logger.log(
      `templates of ${account.appid}: ${added.length} added, ${changed.length} changed, ${removed.length} removed`,
    );
    return diff;
  }

  /** Those that WeChat still has, in the order of their ids. */
  async list(account: Account, after: string | undefined, limit: number): Promise<Page<Template>> {
    const rows = await this.templates.list(account.id, after, limit + 1);
    return page(rows.map(templateOf), limit, ({ templateId }) => templateId);
  }

  /** Also one that WeChat no longer has: what was sent with it can still be read. */
  async find(account: Account, templateId: string): Promise<Template | undefined> {
    if (templateId.includes('\0')) return undefined; // Postgres would not take it
    const row = await this.templates.find(account.id, templateId);
    return row && templateOf(row);
  }

  /** One that can be sent with. */
  async require(account: Account, templateId: string): Promise<Template> {
    const template = await this.find(account, templateId);
    if (template === undefined) throw notFound(account, templateId);
    if (template.removedAt !== null) {
      throw new DomainError(
        'unprocessable',
        'template_removed',
        `WeChat no longer has the template ${templateId} (noticed ${template.removedAt.toISOString()}): ` +
          'pick another one, or sync if it was added again',
      );
    }
    return template;
  }

  async #ask(account: Account): Promise<WechatAnswer> {
    try {
      return await this.api.call(account, { path: LIST_PATH, method: 'GET' });
    } catch (error) {
      throw refusedSync(error) ?? error;
    }
  }
}

const notFound = (account: Account, templateId: string): DomainError =>
  new DomainError(
    'unprocessable',
    'template_not_found',
    `${account.appid} has no template ${templateId.slice(0, 64)}: sync with ` +
      `POST /v1/accounts/${account.appid}/templates/sync, then pick one of GET /v1/accounts/${account.appid}/templates`,
  );

const templateOf = (row: TemplateTable): Template => ({
  templateId: row.templateId,
  title: row.title,
  content: row.content,
  example: row.example,
  primaryIndustry: row.primaryIndustry,
  deputyIndustry: row.deputyIndustry,
  fields: fieldsOf(row.content),
  changedAt: row.changedAt,
  removedAt: row.removedAt,
});
