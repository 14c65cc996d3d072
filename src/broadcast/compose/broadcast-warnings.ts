import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { accountWarnings } from '../../accounts/account-warnings.js';
import { MessageChannels } from '../../channels/message-channels.js';
import type { Warning } from '../../kernel/warning.js';
import { displayWarnings } from '../../templates/display-warnings.js';
import { TemplatesService } from '../../templates/templates.service.js';
import type { CheckedMessage } from './checked-broadcast.js';

/**
 * What does not stop a broadcast, and its sender should know: what phones will not show of the message, and that
 * receipts of the account prove little.
 */
@Injectable()
export class BroadcastWarnings {
  readonly #templates: TemplatesService;
  readonly #channels: MessageChannels;

  constructor(templates: TemplatesService, channels: MessageChannels) {
    this.#templates = templates;
    this.#channels = channels;
  }

  /** The warnings about a message on record, by its template and its account as they are now. */
  async of(account: Account, message: CheckedMessage): Promise<Warning[]> {
    return (await this.ofAll([{ account, message }])).flat();
  }

  /** The warnings about each message, in their order. */
  async ofAll(
    asked: readonly { readonly account: Account; readonly message: CheckedMessage }[],
  ): Promise<Warning[][]> {
    const found = await this.#templates.findTemplates(
      asked.map(({ account, message: { templateId } }) => ({ account, templateId })),
    );
    return asked.map(({ account, message: { channel, message } }, n) => {
      const template = this.#channels.of(channel).templates === 'none' ? undefined : found[n];
      return [
        ...(template === undefined ? [] : displayWarnings(template, message.fields)),
        ...accountWarnings(account, 'appid'),
      ];
    });
  }
}
