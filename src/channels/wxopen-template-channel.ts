import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { type ClaimedFormId, FormIdPool } from '../mini-program/form-ids/form-id-pool.js';
import { AccountFaulted, TokenUnavailable } from '../token/store/token.errors.js';
import { WechatApi } from '../token/wechat-api.js';
import { CHANNEL_PATHS } from '../wechat/channel-paths.js';
import type { MessageChannel, MessageContent, Recipient } from '../wechat/message-channel.js';
import { isProofOfNotSent } from '../wechat/remedies.js';
import {
  NothingToSendWith,
  StaleWrite,
  UnprotectedDoubt,
  WechatRefusal,
  WechatUnreachable,
} from '../wechat/wechat.errors.js';
import { MessageBody } from './message-body.js';

const PATH = CHANNEL_PATHS['wxopen-template'];

/** How many form_ids one attempt tries before it gives the recipient up. */
const MAX_CALLS = 5;

const INVALID = 41028;
const USED_UP = 41029;
const BLOCKED = 41031;

/**
 * A mini program's template message, each with a form_id of its recipient: `message/wxopen/template/send`. WeChat
 * retired it on 2020-01-10 and answers 45103 since.
 *
 * A form_id sends once, and so protects from a second message: an attempt in doubt calls again with the same one. A
 * prepay_id sends three times and protects from nothing.
 */
@Injectable()
export class WxopenTemplateChannel implements MessageChannel<Account, MessageBody> {
  readonly name = 'wxopen-template';
  readonly accountKind = 'mini_program';
  readonly protection = 'form_id';
  readonly oneAtATime = false;
  readonly templates = 'none';
  readonly takes = ['page', 'emphasisKeyword'] as const;
  readonly #wechat: WechatApi;
  readonly #pool: FormIdPool;

  constructor(wechat: WechatApi, pool: FormIdPool) {
    this.#wechat = wechat;
    this.#pool = pool;
  }

  prepare(templateId: string, { fields, page, emphasisKeyword }: MessageContent): MessageBody {
    return new MessageBody(fields, (data) => ({
      template_id: templateId,
      page,
      data,
      emphasis_keyword: emphasisKeyword && `${emphasisKeyword.replace(/\.DATA$/, '')}.DATA`,
    }));
  }

  async send(account: Account, body: MessageBody, recipient: Recipient): Promise<null> {
    for (let calls = 1; ; calls++) {
      const claimed = await this.#claim(account, recipient);
      if (claimed.accepted) return null;
      const refusal = await this.#call(account, body, recipient, claimed);
      if (refusal === undefined) return null;
      if (calls === MAX_CALLS) throw refusal;
    }
  }

  async #claim({ id }: Account, recipient: Recipient): Promise<ClaimedFormId> {
    const { openid, broadcastId, inDoubt } = recipient;
    const claimed = await whileNothingIsSent(() => this.#pool.claim(id, openid, broadcastId));
    if (claimed === undefined) throw new NothingToSendWith('no_form_id');
    if (claimed.accepted) return claimed;
    if (claimed.kind === 'prepay' && !claimed.fresh)
      throw new UnprotectedDoubt(new Error('its prepay_id may have been sent with before'));
    if (inDoubt && claimed.fresh) {
      await this.#pool.giveBack(claimed);
      throw new UnprotectedDoubt(new Error('what it was perhaps sent with is no longer known'));
    }
    return claimed;
  }

  /** Undefined once WeChat has accepted; a refusal if another form_id may be accepted. */
  async #call(
    account: Account,
    body: MessageBody,
    recipient: Recipient,
    claimed: ClaimedFormId,
  ): Promise<WechatRefusal | undefined> {
    const { openid, inDoubt, vars, mayWrite } = recipient;
    const own = `"touser":"${openid}","form_id":${JSON.stringify(claimed.formId)}`;
    try {
      await this.#wechat.call(account, {
        path: PATH,
        method: 'POST',
        body: body.for(own, vars),
        mayWrite,
      });
    } catch (error) {
      // Only this delivery holds the form_id, so it was our earlier attempt that used it up.
      if (!(inDoubt && isRefusal(error, USED_UP))) return this.#putAway(error, claimed, inDoubt);
    }
    await this.#pool.spent(claimed);
    return undefined;
  }

  /** Drops, gives back or keeps a form_id whose call WeChat has not accepted. */
  async #putAway(error: unknown, claimed: ClaimedFormId, inDoubt: boolean): Promise<WechatRefusal> {
    if (isRefusal(error, INVALID, USED_UP, BLOCKED)) {
      await whileNothingIsSent(() => this.#pool.drop(claimed, error.errcode));
      if (inDoubt || error.errcode === BLOCKED) throw error;
      return error;
    }
    // In doubt, the answer to this call says nothing about the earlier one.
    if (provesNothingSent(error)) {
      if (!inDoubt) await this.#pool.giveBack(claimed);
    } else if (claimed.kind === 'prepay') {
      throw new UnprotectedDoubt(error as Error);
    }
    throw error;
  }
}

const isRefusal = (error: unknown, ...errcodes: number[]): error is WechatRefusal =>
  error instanceof WechatRefusal && errcodes.includes(error.errcode);

/** A database that fails before the call is no reason for doubt: nothing has been sent. */
async function whileNothingIsSent<T>(statement: () => Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    throw new WechatUnreachable(PATH, 'no', error as Error);
  }
}

/** Whether what a call threw proves that this very call sent nothing. */
const provesNothingSent = (error: unknown): boolean =>
  error instanceof StaleWrite ||
  error instanceof AccountFaulted ||
  error instanceof TokenUnavailable ||
  (error instanceof WechatUnreachable && error.sent === 'no') ||
  (error instanceof WechatRefusal && isProofOfNotSent(error.errcode));
