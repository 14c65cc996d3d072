import { DomainError } from '../kernel/domain-error.js';

/** An empty answer would say that nobody had been sent to. */
export const deliveriesPurged = (purgedAt: Date): DomainError =>
  new DomainError(
    'gone',
    'deliveries_purged',
    `the deliveries of this broadcast were given up on ${purgedAt.toISOString()}, when their retention ` +
      '(RETENTION_DAYS) was over; its counts are kept. 该广播的逐人发送记录已超过保留期限，只保留统计数字。',
  );
