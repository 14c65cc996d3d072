import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../../kernel/domain-error.js';
import { checkFields } from '../../templates/check-fields.js';
import { parseContent } from '../../templates/parse-content.js';
import type { Template } from '../../templates/template.js';
import { TemplatesService } from '../../templates/templates.service.js';
import type { MessageChannel } from '../../wechat/message-channel.js';
import { type AddressedMessage, AudienceCheck } from './audience-check.service.js';
import type { AudienceRequest } from './audience.dto.js';
import type { ResolvedAudience } from '../../audiences/record/resolved-audience.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import { channelFaults } from './channel-faults.js';
import { ChannelRules, refuseMembers } from './channel-rules.js';
import type { CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import { FoundFaults } from './found-faults.js';
import { contentOf, type MessageRequest } from './message-content.js';

/** Everything that can be wrong with a broadcast before it starts. Stores nothing. */
@Injectable()
export class BroadcastCheck {
  readonly #templates: TemplatesService;
  readonly #channels: ChannelRules;
  readonly #audiences: AudienceCheck;

  constructor(templates: TemplatesService, channels: ChannelRules, audiences: AudienceCheck) {
    this.#templates = templates;
    this.#channels = channels;
    this.#audiences = audiences;
  }

  async checkMessage(account: Account, request: MessageRequest): Promise<CheckedMessage> {
    refuseWhatIsNotAvailableYet(request);
    const channel = this.#channels.requireChannel(account, request);
    refuseMembers(channel, request);
    const template = await this.#templateOf(account, channel, request.templateId);
    const fields = fieldsOf(request, template);
    const message = contentOf(fields, request);
    const faults = [
      ...(template ? checkFields(template, fields) : []),
      ...channelFaults(channel.name, message),
    ];
    if (faults.length > 0) throw fieldsInvalid(account, request.templateId, faults, template);
    return { channel: channel.name, templateId: request.templateId, message };
  }

  /**
   * All that `checkMessage` would refuse, one after the other, told to `faults`: what hides nothing does not keep us from
   * looking further. The message is undefined where there is a fault.
   */
  async examineMessage(
    account: Account,
    request: MessageRequest,
    faults: FoundFaults,
  ): Promise<CheckedMessage | undefined> {
    await faults.of('exclude', () => refuseWhatIsNotAvailableYet(request));
    const channel = await faults.of('channel', () =>
      this.#channels.requireChannel(account, request),
    );
    if (channel === undefined) return undefined;
    await faults.of('channel', () => refuseMembers(channel, request));
    const found = await faults.of('templateId', async () => ({
      template: await this.#templateOf(account, channel, request.templateId),
    }));
    if (found === undefined) return undefined;
    const { template } = found;
    const fields = await faults.of('fields', () => fieldsOf(request, template));
    if (fields === undefined) return undefined;
    const message = contentOf(fields, request);
    if (template) faults.add(checkFields(template, fields));
    faults.add(channelFaults(channel.name, message));
    return faults.found.length > 0
      ? undefined
      : { channel: channel.name, templateId: request.templateId, message };
  }

  /** The values that a request has, or its text; undefined where the text cannot be read. */
  async valuesIn(
    account: Account,
    request: MessageRequest,
  ): Promise<Record<string, string> | undefined> {
    const faults = new FoundFaults();
    return faults.of('content', async () => {
      const channel = this.#channels.requireChannel(account, request);
      return fieldsOf(request, await this.#templateOf(account, channel, request.templateId));
    });
  }

  checkAudience(
    account: Account,
    message: AddressedMessage,
    audience: AudienceRequest,
  ): Promise<CheckedAudience> {
    return this.#audiences.check(account, message, audience);
  }

  /** What an audience names, looked up; it may be of nobody now. */
  resolveAudience(account: Account, audience: AudienceRequest): Promise<CheckedAudience> {
    return this.#audiences.resolve(account, audience);
  }

  /** What an audience on record names, looked up once more. */
  audienceAgain(account: Account, audience: ResolvedAudience): Promise<ResolvedAudience> {
    return this.#audiences.again(account, audience);
  }

  /** Refuses an audience on record that is empty now. */
  requireSomebody(
    account: Account,
    message: AddressedMessage,
    audience: ResolvedAudience,
  ): Promise<void> {
    return this.#audiences.requireSomebody(account, message, audience);
  }

  /** Checks a broadcast again that is about to start: its template, grants or followers may have changed since. */
  async checkStart(account: Account, broadcast: BroadcastRow): Promise<void> {
    const { message, templateId, channel, audience } = broadcast;
    const checked = await this.checkMessage(account, { ...message, templateId, channel });
    await this.#audiences.requireSomebody(account, checked, audience);
  }

  /** Undefined where WeChat has no list of the channel's templates: then we take any id. */
  async #templateOf(
    account: Account,
    { name, templates }: MessageChannel<Account>,
    templateId: string,
  ): Promise<Template | undefined> {
    if (templates === 'none') return undefined;
    const template = await this.#templates.requireTemplate(account, templateId);
    if (template.family === templates) return template;
    throw new DomainError(
      'unprocessable',
      'template_not_for_channel',
      both(
        `模板 ${templateId} 属于${FAMILIES[template.family].zh}，通道 "${name}" 发送的是${FAMILIES[templates].zh}：请换模板或换通道。`,
        `the template ${templateId} is one of ${FAMILIES[template.family].en}, and "${name}" sends ${FAMILIES[templates].en}: pick another template, or another channel`,
        { templateId, family: template.family, channel: name, families: templates },
      ),
      { errors: [{ path: 'templateId', code: 'template_not_for_channel', message: FAMILY }] },
    );
  }
}

const FAMILIES = {
  private: { zh: '模板消息', en: 'template messages' },
  subscription: { zh: '订阅消息', en: 'subscription messages' },
} as const;
const FAMILY = both(
  '请选择该通道的模板，或该模板的通道。',
  'pick a template of the channel, or a channel of the template',
);

/** `exclude` is announced and not built yet: we refuse it by name rather than ignore it. */
function refuseWhatIsNotAvailableYet({ exclude }: MessageRequest): void {
  if (exclude === undefined || exclude === null || exclude === false) return;
  const path = 'exclude';
  throw new DomainError(
    'unprocessable',
    'not_available_yet',
    both(`暂不支持 ${path}，请去掉。`, `not available yet: ${path}; leave it out`, { path }),
    {
      errors: [
        {
          path,
          code: 'not_available_yet',
          message: both(`暂不支持 ${path}。`, `${path} is not available yet`, { path }),
        },
      ],
    },
  );
}

/** The text claims no more than we know: WeChat does not always do what it has published. */
function fieldsInvalid(
  { testAccount, kind }: Account,
  templateId: string,
  errors: readonly FieldFault[],
  template: Template | undefined,
): DomainError {
  const isJudged = kind === 'service' && template?.family === 'private' && !testAccount;
  return new DomainError(
    'unprocessable',
    'fields_invalid',
    both(
      `取值不符合模板 ${templateId} 的要求，没有任何改动。` +
        (isJudged ? '微信测试号不检查取值：如果这是测试号，请设置 testAccount: true。' : ''),
      `The values do not fit the template ${templateId}, so nothing was created or changed.` +
        (isJudged
          ? " WeChat's test account (测试号) does not check values: if this is one, set testAccount: true on the account."
          : ''),
      { templateId },
    ),
    { errors },
  );
}

function fieldsOf(
  { fields, content }: MessageRequest,
  template: Template | undefined,
): Record<string, string> {
  const hasFields = fields !== undefined && fields !== null;
  const hasContent = content !== undefined && content !== null;
  if (hasFields === hasContent) {
    throw new DomainError(
      'invalid',
      'fields_or_content',
      both(
        hasFields ? '"fields" 和 "content" 只能填一个。' : '请填写 "fields" 或 "content" 之一。',
        `give either "fields" or "content", ${hasFields ? 'not both' : 'one of them'}`,
        { given: hasFields ? 2 : 0 },
      ),
    );
  }
  if (!hasContent) return { ...fields };
  if (template) return parseContent(template.content, content).values;
  throw new DomainError(
    'unprocessable',
    'not_for_channel',
    both(
      '该通道的模板原文无从得知，请改填 "fields"。',
      'the texts of this channel\'s templates are not known: give "fields"',
    ),
    {
      errors: [
        {
          path: 'content',
          code: 'not_for_channel',
          message: both('请改填 "fields"。', 'give "fields" instead'),
        },
      ],
    },
  );
}
