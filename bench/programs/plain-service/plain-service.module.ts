import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Pool } from 'undici';
import { AccessToken } from './access-token.js';
import { BroadcastController } from './broadcast.controller.js';
import { Broadcasts } from './broadcasts.js';
import { CallbackController } from './callback.controller.js';
import { EnqueueProcessor } from './enqueue.processor.js';
import { ATTEMPTS, ENQUEUE_QUEUE, RECEIPT_ATTEMPTS, RECEIPT_QUEUE, SEND_QUEUE } from './jobs.js';
import { ReceiptProcessor } from './receipt.processor.js';
import { Receipts } from './receipts.js';
import { Recipients } from './recipients.js';
import { CONCURRENCY, SendProcessor } from './send.processor.js';
import { type PlainServiceSettings, SETTINGS } from './settings.js';
import type { Tables } from './tables.js';
import { Wechat } from './wechat.js';

@Module({})
export class PlainServiceModule {
  static register(settings: PlainServiceSettings, db: Kysely<Tables>): DynamicModule {
    return {
      module: PlainServiceModule,
      imports: [
        BullModule.forRoot({ connection: { url: settings.redisUrl } }),
        BullModule.registerQueue(
          { name: ENQUEUE_QUEUE, defaultJobOptions: ATTEMPTS },
          { name: SEND_QUEUE, defaultJobOptions: ATTEMPTS },
          { name: RECEIPT_QUEUE, defaultJobOptions: RECEIPT_ATTEMPTS },
        ),
      ],
      controllers: [BroadcastController, CallbackController],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: Kysely, useValue: db },
        { provide: Pool, useValue: wechatPool(settings) },
        AccessToken,
        Wechat,
        Broadcasts,
        Recipients,
        Receipts,
        EnqueueProcessor,
        SendProcessor,
        ReceiptProcessor,
      ],
    };
  }
}

const wechatPool = ({ wechatUrl }: PlainServiceSettings): Pool =>
  new Pool(wechatUrl, { connections: CONCURRENCY, headersTimeout: 10_000, bodyTimeout: 10_000 });
