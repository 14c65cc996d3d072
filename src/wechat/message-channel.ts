import type { Msgid, Openid } from '../kernel/ids.js';

export const CHANNEL_NAMES = [
  'template',
  'subscribe',
  'bizsend',
  'one-time',
  'wxopen-template',
] as const;
export type ChannelName = (typeof CHANNEL_NAMES)[number];

/**
 * The message as the operator wrote it; the same for every recipient. No channel understands all of it: `takes`
 * says what it takes beside the fields.
 */
export interface MessageContent {
  /** Values by field name; WeChat's `data` without its wrapping. */
  readonly fields: Readonly<Record<string, string>>;
  /** Where a tap leads; a mini program wins over it. */
  readonly url?: string;
  readonly miniprogram?: { readonly appid: string; readonly pagepath?: string };
  /** Where a tap leads within the sender itself: a page of the mini program, with its query. */
  readonly page?: string;
  /** Which version of the mini program a tap opens; WeChat takes `formal` for what is left out. */
  readonly miniprogramState?: 'developer' | 'trial' | 'formal';
  /** What language the mini program is opened in; WeChat takes `zh_CN` for what is left out. */
  readonly lang?: 'zh_CN' | 'en_US' | 'zh_HK' | 'zh_TW';
  /** The occasion that the recipient agreed to, 0 to 10000. */
  readonly scene?: string;
  readonly title?: string;
  /** The field that is shown large. */
  readonly emphasisKeyword?: string;
}

export interface Recipient {
  readonly openid: Openid;
  readonly broadcastId: string;
  /** The same for every retry of one attempt group. */
  readonly clientMsgId: string;
  /** An earlier attempt of this delivery may have reached WeChat. */
  readonly inDoubt: boolean;
  /** Field values of this recipient alone, over those of the message. */
  readonly vars: Readonly<Record<string, string>> | null;
  /** Asked right before the bytes go out; `false` returns the message unsent (`StaleWrite`). */
  readonly mayWrite: () => boolean;
}

/**
 * One WeChat API that sends. Rows, jobs, remedies and rates are the engine's; a channel only turns
 * a claimed delivery into one call.
 */
export interface MessageChannel<Sender, Prepared = unknown> {
  readonly name: ChannelName;
  /** Whose API it is. WeChat refuses it to accounts of the other kind. */
  readonly accountKind: 'service' | 'mini_program';
  /** What prevents a second copy on the phone when the answer to the first was lost. */
  readonly protection: 'client_msg_id' | 'form_id' | 'none';
  /** WeChat refuses two sends to one openid at the same time. */
  readonly oneAtATime: boolean;
  /** Which list its templates come from; `none`: any id is taken, and the fields are not checked. */
  readonly templates: 'private' | 'subscription' | 'none';
  /** The members of the content beside the fields that it understands. */
  readonly takes: readonly Exclude<keyof MessageContent, 'fields'>[];
  /** Once per broadcast: whatever is the same for every recipient. */
  prepare(templateId: string, content: MessageContent): Prepared;
  /**
   * Resolves once WeChat has accepted, with the msgid if WeChat told one. Throws `WechatRefusal`,
   * `WechatUnreachable`, `StaleWrite`, `UnprotectedDoubt`, `NothingToSendWith`, or what the token module throws.
   */
  send(sender: Sender, prepared: Prepared, recipient: Recipient): Promise<Msgid | null>;
}
