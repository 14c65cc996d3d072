import { Injectable, Logger } from '@nestjs/common';
import { Kysely } from 'kysely';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { RecentlyAsked } from '../../../kernel/recently-asked.js';
import { TemplatesService } from '../../../templates/templates.service.js';
import type { BroadcastTables } from '../record/engine.tables.js';

/** Whether WeChat's own list has the template; `unknown` while the list cannot be had. */
export type TemplateVerdict = 'listed' | 'gone' | 'unknown';

/** For one broadcast the list is asked for once in this time (ms), however many sends are refused. */
const ASK_EVERY_MS = 30_000;

/**
 * Asks WeChat's list about a template that a send was told does not exist. WeChat was seen to answer
 * 40037 for minutes about templates that were there all the time.
 */
@Injectable()
export class TemplateConfirmation {
  readonly #logger = new Logger(TemplateConfirmation.name);
  readonly #asked = new RecentlyAsked<TemplateVerdict>(ASK_EVERY_MS);
  readonly #db: Kysely<BroadcastTables>;
  readonly #accounts: AccountsService;
  readonly #templates: TemplatesService;

  constructor(db: Kysely<BroadcastTables>, accounts: AccountsService, templates: TemplatesService) {
    this.#db = db;
    this.#accounts = accounts;
    this.#templates = templates;
  }

  /** Never fails. */
  ask(broadcastId: string): Promise<TemplateVerdict> {
    return this.#asked.ask(broadcastId, () =>
      this.#ask(broadcastId).catch((err: unknown): TemplateVerdict => {
        this.#logger.warn(
          { broadcastId, err },
          'whether WeChat lists the template is not known; the next refusal asks again',
        );
        return 'unknown';
      }),
    );
  }

  async #ask(broadcastId: string): Promise<TemplateVerdict> {
    const { accountId, templateId } = await this.#db
      .selectFrom('broadcast')
      .select(['accountId', 'templateId'])
      .where('id', '=', broadcastId)
      .executeTakeFirstOrThrow();
    const account = await this.#accounts.byId(accountId);
    if (!account) return 'gone';
    // It syncs all templates, so that whoever picks a template next sees what was found here.
    await this.#templates.sync(account);
    const template = await this.#templates.findTemplate(account, templateId);
    return template && template.removedAt === null ? 'listed' : 'gone';
  }
}
