import { Processor } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { SendingConfig } from '../../../config/config.js';
import { Metrics } from '../../../metrics/metrics.js';
import { SEND_QUEUE } from '../../../queue/queue-names.js';
import { SEND_WORKER, SendWorkerHost } from './send-worker-host.js';
import { SendService } from './send.service.js';

/** The messages of broadcasts. */
@Injectable()
@Processor(SEND_QUEUE, SEND_WORKER)
export class SendProcessor extends SendWorkerHost {
  constructor(sends: SendService, sending: SendingConfig, metrics: Metrics) {
    super(sends, sending.concurrency, SEND_QUEUE, metrics);
  }
}
