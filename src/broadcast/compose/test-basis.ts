import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { TemplatesService } from '../../templates/templates.service.js';
import type { CheckedMessage } from './checked-broadcast.js';
import { sortedJson } from './sorted-json.js';

/** What a test shows: the message, and its template as WeChat has it. A name, a time or a rate is no part of it. */
@Injectable()
export class TestBasis {
  readonly #templates: TemplatesService;

  constructor(templates: TemplatesService) {
    this.#templates = templates;
  }

  /** A hash: two of them are equal where two tests would look the same. */
  async of(account: Account, { channel, templateId, message }: CheckedMessage): Promise<string> {
    const template = await this.#templates.findTemplate(account, templateId);
    const { title, content } = template ?? {};
    return createHash('sha256')
      .update(sortedJson({ channel, templateId, title, content, message }))
      .digest('base64url');
  }
}
