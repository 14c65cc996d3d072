import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

/** An empty answer would say that nobody had been sent to. */
export const deliveriesPurged = (purgedAt: Date): DomainError =>
  new DomainError(
    'gone',
    'deliveries_purged',
    both(
      `该群发的逐人发送记录已于 ${purgedAt.toISOString()} 超过保留期限（RETENTION_DAYS）而清除，只保留统计数字。`,
      `the deliveries of this broadcast were given up on ${purgedAt.toISOString()}, when their retention ` +
        '(RETENTION_DAYS) was over; its counts are kept',
    ),
  );
