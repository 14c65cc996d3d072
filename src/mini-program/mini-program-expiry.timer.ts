import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Ticker } from '../kernel/ticker.js';
import { untilNone } from '../kernel/until-none.js';
import { FormIdRepository } from './form-ids/form-id.repository.js';
import { GrantRepository } from './grants/grant.repository.js';

const EVERY_MS = 60_000;

/** Runs in every worker: deletes form_ids that are too old to send with, and grants that no push names again. */
@Injectable()
export class MiniProgramExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(MiniProgramExpiry.name);
  readonly #ticker = new Ticker(
    () => EVERY_MS,
    () => this.run(),
    (err) =>
      this.#logger.warn(
        { err },
        'expired form_ids and grants were not deleted; the next round deletes them',
      ),
  );
  readonly #formIds: FormIdRepository;
  readonly #grants: GrantRepository;

  constructor(formIds: FormIdRepository, grants: GrantRepository) {
    this.#formIds = formIds;
    this.#grants = grants;
  }

  onApplicationBootstrap(): void {
    this.#ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#ticker.stop();
  }

  /** Several workers may run it at once: each deletes other rows. */
  async run(): Promise<void> {
    await untilNone(() => this.#formIds.deleteExpired());
    await untilNone(() => this.#grants.deleteOldAcceptances());
    await untilNone(() => this.#grants.deleteSpent());
  }
}
