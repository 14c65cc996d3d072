import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { MessageChannels } from '../channels/message-channels.js';
import type { Warning } from '../kernel/warning.js';
import { displayWarnings } from '../templates/display-warnings.js';
import { TemplatesService } from '../templates/templates.service.js';
import type { CheckedMessage } from './checked-broadcast.js';

/** What goes ahead although somebody should know of it first: above all, what phones will not show. */
@Injectable()
export class BroadcastWarnings {
  constructor(
    private readonly templates: TemplatesService,
    private readonly channels: MessageChannels,
  ) {}

  /** Of a message on record, as its template is now. */
  async of(account: Account, { channel, templateId, message }: CheckedMessage): Promise<Warning[]> {
    if (this.channels.of(channel).templates === 'none') return [];
    const template = await this.templates.find(account, templateId);
    return template === undefined ? [] : displayWarnings(template, message.fields);
  }
}
