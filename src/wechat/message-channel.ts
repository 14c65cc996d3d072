import type { Msgid, Openid } from '../kernel/ids.js';

/** The message as the operator wrote it; the same for every recipient. */
export interface MessageContent {
  /** Values by field name; WeChat's `data` without its wrapping. */
  readonly fields: Readonly<Record<string, string>>;
  /** Where a tap leads; a mini program wins over it. */
  readonly url?: string;
  readonly miniprogram?: { readonly appid: string; readonly pagepath?: string };
}

export interface Recipient {
  readonly openid: Openid;
  /** The same for every retry of one attempt group. */
  readonly clientMsgId: string;
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
  readonly name: string;
  /** What keeps a second copy from the phone when the answer to the first was lost. */
  readonly protection: 'client_msg_id' | 'form_id' | 'none';
  /** Once per broadcast: whatever is the same for every recipient. */
  prepare(templateId: string, content: MessageContent): Prepared;
  /**
   * One call. Resolves once WeChat has accepted, with the msgid if WeChat told one.
   * Throws `WechatRefusal`, `WechatUnreachable`, `StaleWrite`, or what the token module throws.
   */
  send(sender: Sender, prepared: Prepared, recipient: Recipient): Promise<Msgid | null>;
}
