import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Job } from 'bullmq';
import { Broadcasts } from './broadcasts.js';
import { SEND_QUEUE, type SendJob } from './jobs.js';
import { Recipients } from './recipients.js';
import { type PlainServiceSettings, SETTINGS } from './settings.js';
import { Wechat, WechatRefusal } from './wechat.js';

/** Sends in flight, as many as Weicast has. */
export const CONCURRENCY = 1_000;

@Processor(SEND_QUEUE, { concurrency: CONCURRENCY })
export class SendProcessor extends WorkerHost {
  readonly #wechat: Wechat;
  readonly #broadcasts: Broadcasts;
  readonly #recipients: Recipients;
  readonly #sendsClientMsgId: boolean;

  constructor(
    wechat: Wechat,
    broadcasts: Broadcasts,
    recipients: Recipients,
    @Inject(SETTINGS) { sendsClientMsgId }: PlainServiceSettings,
  ) {
    super();
    this.#wechat = wechat;
    this.#broadcasts = broadcasts;
    this.#recipients = recipients;
    this.#sendsClientMsgId = sendsClientMsgId;
  }

  async process({ data: { broadcastId, openid } }: Job<SendJob>): Promise<void> {
    const content = await this.#broadcasts.content(broadcastId);
    // WeChat compares it within one openid.
    const clientMsgId = this.#sendsClientMsgId ? `broadcast-${broadcastId}` : undefined;
    try {
      const msgid = await this.#wechat.send(openid, content, clientMsgId);
      await this.#recipients.sent(broadcastId, openid, msgid);
    } catch (error) {
      if (!(error instanceof WechatRefusal) || !error.isFinal) throw error;
      await this.#recipients.givenUp(broadcastId, openid, String(error.errcode));
    }
  }

  @OnWorkerEvent('failed')
  async onFailed(job: Job<SendJob> | undefined, error: Error): Promise<void> {
    if (!job?.finishedOn) return; // it will be tried again
    await this.#recipients.givenUp(job.data.broadcastId, job.data.openid, error.message);
  }
}
