import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { both } from '../../kernel/bilingual.js';
import { Clock } from '../../kernel/clock.js';
import type { FieldFault } from '../../kernel/domain-error.js';
import { type BroadcastRow, Broadcasts } from '../engine/record/broadcasts.js';
import { BroadcastCheck } from './broadcast-check.service.js';
import { refuseTimeOutOfRange } from './broadcast-settings.js';
import { readDraft } from './draft-reading.js';
import { type DraftFault, FoundFaults } from './found-faults.js';
import { isMissing } from './missing-audience.js';
import type { MessageRequest } from './message-content.js';

/** What a draft lacks before it can be sent: all of it, by the rules of a send. */
@Injectable()
export class DraftFaults {
  readonly #broadcasts: Broadcasts;
  readonly #accounts: AccountsService;
  readonly #checks: BroadcastCheck;
  readonly #clock: Clock;

  constructor(
    broadcasts: Broadcasts,
    accounts: AccountsService,
    checks: BroadcastCheck,
    clock: Clock,
  ) {
    this.#broadcasts = broadcasts;
    this.#accounts = accounts;
    this.#checks = checks;
    this.#clock = clock;
  }

  /** Of one that is gone or has begun since it was read: none. */
  async ofDraft(id: string): Promise<DraftFault[]> {
    const broadcast = await this.#broadcasts.findBroadcast(id);
    return broadcast?.state === 'draft' ? this.of(broadcast) : [];
  }

  async of(broadcast: BroadcastRow): Promise<DraftFault[]> {
    const account = await this.#accounts.requireById(broadcast.accountId);
    const raw = broadcast.draft ?? {};
    const faults = new FoundFaults();
    const { fitting, faults: misfits } = await readDraft(raw);
    faults.add(misfits);
    await this.#examineMessage(account, broadcast, faults);
    await this.#examineAudience(account, broadcast, fitting.audience, faults);
    const { startAt } = broadcast;
    if (startAt !== null && !('startAt' in raw))
      await faults.of('startAt', () => refuseTimeOutOfRange(startAt, this.#clock.now()));
    return faults.found;
  }

  /** Its members that fit are looked at, though others do not. */
  async #examineMessage(
    account: Account,
    { templateId, channel, message, draft }: BroadcastRow,
    faults: FoundFaults,
  ): Promise<void> {
    const { fields, content, exclude } = (draft ?? {}) as Partial<MessageRequest>;
    if (draft?.['templateId'] !== undefined || draft?.['channel'] !== undefined) return;
    if (templateId === '') return faults.add([missing('templateId')]);
    if (fields !== undefined && (typeof fields !== 'object' || Array.isArray(fields))) return;
    const values =
      content === undefined ? { fields: fields ?? message.fields } : { fields, content };
    const found = new FoundFaults();
    await this.#checks.examineMessage(
      account,
      { ...message, ...values, exclude, templateId, channel },
      found,
    );
    faults.found.push(...found.found);
  }

  async #examineAudience(
    account: Account,
    { templateId, channel, audience, draft }: BroadcastRow,
    given: Parameters<BroadcastCheck['checkAudience']>[2] | undefined,
    faults: FoundFaults,
  ): Promise<void> {
    const addressed = { channel, templateId };
    if (given !== undefined)
      await faults.of('audience', () => this.#checks.checkAudience(account, addressed, given));
    else if (draft?.['audience'] !== undefined) return;
    else if (isMissing(audience)) faults.add([missing('audience')]);
    else if (templateId !== '' || audience.kind !== 'granted')
      await faults.of('audience', async () => {
        const now = await this.#checks.audienceAgain(account, audience);
        await this.#checks.requireSomebody(account, addressed, now);
      });
  }
}

const missing = (path: string): FieldFault => ({
  path,
  code: 'required',
  message: both(`缺少 ${path}，请填写。`, `${path} is required.`, { path }),
});
