import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { Clock } from '../kernel/clock.js';
import { DomainError } from '../kernel/domain-error.js';
import { newBroadcastId } from '../kernel/ids.js';
import { BroadcastCheck } from './broadcast-check.service.js';
import type { CreateBroadcastDto } from './broadcast.dto.js';
import { BroadcastRepository } from './broadcast.repository.js';
import { ExpandQueue } from './engine/expand.queue.js';
import { type Idempotency, idempotencyOf } from './idempotency.js';

export interface Creation {
  readonly id: string;
  /** True when an earlier request with the same key made it. */
  readonly replayed: boolean;
}

/** Step 1: a request becomes a broadcast on record, and a worker is asked to expand it. */
@Injectable()
export class BroadcastCreation {
  readonly #logger = new Logger(BroadcastCreation.name);

  constructor(
    private readonly accounts: AccountsService,
    private readonly checks: BroadcastCheck,
    private readonly broadcasts: BroadcastRepository,
    private readonly expansion: ExpandQueue,
    private readonly clock: Clock,
  ) {}

  async create(request: CreateBroadcastDto, key?: string): Promise<Creation> {
    const idempotency = idempotencyOf(key, request);
    const account = await this.accounts.require(request.appid);
    const earlier = await this.#earlier(account.id, idempotency);
    if (earlier !== undefined) return earlier;

    const checked = await this.checks.check(account, request);
    const id = newBroadcastId(this.clock.now());
    const isNew = await this.broadcasts.insert(
      {
        ...checked,
        id,
        accountId: account.id,
        name: request.name ?? null,
        sendsPerSecond: request.sendsPerSecond ?? null,
      },
      idempotency,
    );
    if (!isNew) return await this.#requireEarlier(account.id, idempotency);

    this.#logger.log(`broadcast ${id} of ${account.appid} created: template ${checked.templateId}`);
    // From here on the sweep would ask as well: nothing is lost if we end before the queue has it.
    await this.expansion.nudge(id);
    return { id, replayed: false };
  }

  async #earlier(accountId: number, idempotency?: Idempotency): Promise<Creation | undefined> {
    if (idempotency === undefined) return undefined;
    const keyed = await this.broadcasts.keyed(accountId, idempotency.key);
    if (keyed === undefined) return undefined;
    if (!keyed.requestHash.equals(idempotency.requestHash)) {
      throw new DomainError(
        'unprocessable',
        'idempotency_key_reused',
        'this Idempotency-Key belongs to another request: use a new key for a new broadcast',
        { details: { broadcastId: keyed.broadcastId } },
      );
    }
    return { id: keyed.broadcastId, replayed: true };
  }

  async #requireEarlier(accountId: number, idempotency?: Idempotency): Promise<Creation> {
    const earlier = await this.#earlier(accountId, idempotency);
    if (earlier === undefined) throw new Error('an idempotency key was taken, and then was not');
    return earlier;
  }
}
