import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Clock } from '../../kernel/clock.js';
import { newBroadcastId } from '../../kernel/ids.js';
import { BroadcastInsertion, type Creation } from './broadcast-insertion.js';
import { settingsOf } from './broadcast-settings.js';
import { type CreateBroadcastDto, DraftAccountDto } from './broadcast.dto.js';
import { DraftComposition } from './draft-columns.js';
import { readDraft } from './draft-reading.js';
import { idempotencyOf } from './idempotency.js';
import { MISSING_AUDIENCE } from './missing-audience.js';
import { strictBody } from './strict-body.js';

/** Whether a body asks for a draft, which may lack anything but its account. */
export const isDraft = (body: unknown): body is object =>
  typeof body === 'object' && body !== null && (body as { draft?: unknown }).draft === true;

/** Makes a draft of whatever it is given; what it lacks is told whenever it is shown. */
@Injectable()
export class DraftCreation {
  readonly #logger = new Logger(DraftCreation.name);
  readonly #accounts: AccountsService;
  readonly #drafts: DraftComposition;
  readonly #insertion: BroadcastInsertion;
  readonly #clock: Clock;

  constructor(
    accounts: AccountsService,
    drafts: DraftComposition,
    insertion: BroadcastInsertion,
    clock: Clock,
  ) {
    this.#accounts = accounts;
    this.#drafts = drafts;
    this.#insertion = insertion;
    this.#clock = clock;
  }

  async create(body: object, key?: string): Promise<Creation> {
    const { appid: named, draft: _, ...members } = body as Partial<CreateBroadcastDto>;
    const { appid } = await strictBody({ appid: named }, DraftAccountDto);
    const idempotency = await idempotencyOf(key, body);
    const account = await this.#accounts.requireAccount(appid);
    const earlier = await this.#insertion.earlier(account.id, idempotency);
    if (earlier !== undefined) return { id: earlier, replayed: true };

    const columns = await this.#drafts.columnsOf(account, await readDraft(members));
    const { settings, message, audience = MISSING_AUDIENCE, draft } = columns;
    const made = await this.#insertion.insertOnce(
      {
        ...settingsOf(settings, account.policy),
        ...message,
        id: newBroadcastId(this.#clock.now()),
        accountId: account.id,
        audience,
        draft,
        purpose: 'broadcast',
        isDraft: true,
      },
      idempotency,
    );
    if (!made.replayed) this.#logger.log(`draft ${made.id} of ${appid} created`);
    return made;
  }
}
