import { Module, type OnModuleInit } from '@nestjs/common';
import { AccountHealthReader } from '../accounts/account-health.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { TokenModule } from '../token/token.module.js';
import { TemplateReconciliation } from './template-reconciliation.js';
import { TemplateRepository } from './template.repository.js';
import { TemplatesService } from './templates.service.js';

@Module({
  imports: [AccountsModule, DatabaseModule, TokenModule],
  providers: [TemplateRepository, TemplateReconciliation, TemplatesService],
  exports: [TemplatesService],
})
export class TemplatesModule implements OnModuleInit {
  readonly #health: AccountHealthReader;
  readonly #templates: TemplatesService;

  constructor(health: AccountHealthReader, templates: TemplatesService) {
    this.#health = health;
    this.#templates = templates;
  }

  onModuleInit(): void {
    this.#health.learnFrom('templates', (accounts) => this.#templates.syncsOf(accounts));
  }
}
