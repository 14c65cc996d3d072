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

/** Beats in every worker: gives up what is too old to be sent with, or to be heard of again. */
@Injectable()
export class MiniProgramExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(MiniProgramExpiry.name);
  readonly #ticker = new Ticker(
    () => EVERY_MS,
    () => this.run(),
    (err) => this.#logger.warn({ err }, 'what has expired was not deleted; the next round does'),
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

  /** Of several workers at once each takes other rows. */
  async run(): Promise<void> {
    await untilNone(() => this.#formIds.deleteExpired());
    await untilNone(() => this.#grants.deleteOldAcceptances());
    await untilNone(() => this.#grants.deleteSpent());
  }
}
