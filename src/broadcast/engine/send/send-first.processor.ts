import { Processor } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { Metrics } from '../../../metrics/metrics.js';
import { SEND_FIRST_QUEUE } from '../../../queue/queue-names.js';
import { SEND_WORKER, SendWorkerHost } from './send-worker-host.js';
import { SendService } from './send.service.js';

/** Slots beside those of the broadcasts: these messages are few, and somebody waits for each. */
const SLOTS = 20;

/** Tests and single messages, which overtake the broadcasts. */
@Injectable()
@Processor(SEND_FIRST_QUEUE, SEND_WORKER)
export class SendFirstProcessor extends SendWorkerHost {
  constructor(sends: SendService, metrics: Metrics) {
    super(sends, SLOTS, SEND_FIRST_QUEUE, metrics);
  }
}
