import { Injectable, Logger } from '@nestjs/common';
import type { SyncHealth } from '../accounts/account-health.js';
import type { Account } from '../accounts/account.js';
import { page, type Page } from '../http/cursor.js';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import type { Notice, Warning } from '../kernel/warning.js';
import { refusedCall } from '../token/source/refused-call.js';
import { WechatApi } from '../token/wechat-api.js';
import type { WechatAnswer } from '../wechat/answer.js';
import { unreadIn } from './field-marks.js';
import type { ListedTemplate } from './listed-templates.js';
import { looksLikeTestAccount, testAccountOffered } from './looks-like-test-account.js';
import { type TemplateDiff, TemplateReconciliation } from './template-reconciliation.js';
import { TemplateRepository } from './template.repository.js';
import { LISTS_OF, type TemplateList } from './template-list.js';
import type { TemplateRow } from './template.tables.js';
import type { Template, TemplateFamily } from './template.js';
import { fieldsOf } from './template-fields.js';
import { unknownTemplate } from './template-not-found.js';

/** A list that WeChat did not give; its stored templates stay as they were. */
interface UnreadList extends Notice {
  readonly family: TemplateFamily;
  /** Both languages in one, for scripts. */
  readonly message: string;
}

interface TemplateSync extends TemplateDiff {
  readonly notRead: UnreadList[];
  readonly warnings: Warning[];
}

/** The templates of our accounts, as WeChat listed them last. */
@Injectable()
export class TemplatesService {
  readonly #logger = new Logger(TemplatesService.name);
  readonly #templates: TemplateRepository;
  readonly #reconciliation: TemplateReconciliation;
  readonly #api: WechatApi;

  constructor(
    templates: TemplateRepository,
    reconciliation: TemplateReconciliation,
    api: WechatApi,
  ) {
    this.#templates = templates;
    this.#reconciliation = reconciliation;
    this.#api = api;
  }

  /**
   * Asks WeChat for the account's templates and says what has changed since the last time. Throws only when WeChat
   * refuses the first list. When it refuses a further one, the templates of that list stay as they were.
   */
  async sync(account: Account): Promise<TemplateSync> {
    const [first, ...further] = LISTS_OF[account.kind];
    const listed = await this.#read(account, first);
    const lists = [{ family: first.family, listed }];
    const notRead: UnreadList[] = [];
    for (const list of further) {
      try {
        lists.push({ family: list.family, listed: await this.#read(account, list) });
      } catch (err) {
        if (!(err instanceof DomainError)) throw err;
        const { code, message, words } = err;
        const { params, zh, en } = words;
        notRead.push({ family: list.family, code, params, zh, en, message });
        this.#logger.warn({ appid: account.appid, err }, `${list.family} templates were not read`);
      }
    }
    const diff = await this.#reconciliation.reconcile(account, lists);
    const { added, changed, removed } = diff;
    this.#logger.log(
      `templates of ${account.appid}: ${added.length} added, ${changed.length} changed, ${removed.length} removed`,
    );
    return { ...diff, notRead, warnings: offers(account, first, listed) };
  }

  /** By account id, when each account's templates were read last. */
  async syncsOf(accounts: readonly Account[]): Promise<Map<number, SyncHealth>> {
    const read = await this.#templates.syncsOf(accounts.map(({ id }) => id));
    const times = new Map(read.map(({ accountId, syncedAt }) => [accountId, syncedAt]));
    return new Map(
      accounts.map(({ id }) => [id, { syncedAt: times.get(id) ?? null, failedAt: null }]),
    );
  }

  /** The templates that WeChat still has, in the order of their ids. */
  async list(
    account: Account,
    after: string | undefined,
    limit: number,
    family?: TemplateFamily,
  ): Promise<Page<Template>> {
    const rows = await this.#templates.list(account.id, after, limit + 1, family);
    return page(
      rows.map((row) => templateOf(account, row)),
      limit,
      ({ templateId }) => templateId,
    );
  }

  /** Finds a template that WeChat no longer has, too: broadcasts on record still show it. */
  async findTemplate(account: Account, templateId: string): Promise<Template | undefined> {
    if (templateId.includes('\0')) return undefined; // Postgres would not take it
    const row = await this.#templates.find(account.id, templateId);
    return row && templateOf(account, row);
  }

  /** Templates of any number of accounts, in the order in which they are asked for. */
  async findTemplates(
    asked: readonly { readonly account: Account; readonly templateId: string }[],
  ): Promise<(Template | undefined)[]> {
    const kept = asked.filter(({ templateId }) => !templateId.includes('\0')); // as above
    const rows =
      kept.length === 0
        ? []
        : await this.#templates.findAll(
            kept.map(({ account, templateId }) => ({ accountId: account.id, templateId })),
          );
    return asked.map(({ account, templateId }) => {
      const row = rows.find(
        (found) => found.accountId === account.id && found.templateId === templateId,
      );
      return row && templateOf(account, row);
    });
  }

  /** A template that a broadcast can use now. */
  async requireTemplate(account: Account, templateId: string): Promise<Template> {
    const template = await this.findTemplate(account, templateId);
    if (template === undefined) throw unknownTemplate(account, templateId);
    if (template.removedAt !== null) {
      throw new DomainError(
        'unprocessable',
        'template_removed',
        both(
          `微信已删除模板 ${templateId}（发现于 ${template.removedAt.toISOString()}）：请换一个模板，或重新添加后再同步。`,
          `WeChat no longer has the template ${templateId} (noticed ${template.removedAt.toISOString()}): ` +
            'pick another one, or sync if it was added again',
          { templateId, removedAt: template.removedAt.toISOString() },
        ),
      );
    }
    return template;
  }

  async #read(account: Account, { path, read }: TemplateList): Promise<ListedTemplate[]> {
    const listed = read(await this.#ask(account, path));
    if (listed === undefined) {
      throw new DomainError(
        'unavailable',
        'wechat_answer_unusable',
        both(
          `微信对 ${path} 的应答中没有模板列表，未做任何改动，请稍后重试。`,
          `WeChat answered ${path} without a list of templates, so nothing was changed: try again`,
          { path },
        ),
      );
    }
    return listed;
  }

  async #ask(account: Account, path: string): Promise<WechatAnswer> {
    try {
      return await this.#api.call(account, { path, method: 'GET' });
    } catch (error) {
      throw refusedCall('template-list', error) ?? error;
    }
  }
}

const offers = (
  { testAccount }: Account,
  { family }: TemplateList,
  listed: readonly ListedTemplate[],
): Warning[] =>
  family === 'private' && !testAccount && looksLikeTestAccount(listed)
    ? [testAccountOffered()]
    : [];

const templateOf = ({ testAccount }: Account, row: TemplateRow): Template => ({
  templateId: row.templateId,
  family: row.family,
  grantKind: row.grantKind,
  title: row.title,
  content: row.content,
  example: row.example,
  primaryIndustry: row.primaryIndustry,
  deputyIndustry: row.deputyIndustry,
  fields: fieldsOf(row.content, { enums: row.enums, family: row.family, testAccount }),
  unread: unreadIn(row.content),
  changedAt: row.changedAt,
  firstReadAt: row.firstReadAt,
  removedAt: row.removedAt,
});
