import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

export const deliveryNotFound = (): DomainError =>
  new DomainError(
    'not-found',
    'delivery_not_found',
    both(
      '此 openid 不在该发送任务的接收人中，或接收人名单尚未读到。',
      'This openid is not among the recipients of this broadcast, or its audience has not been read that far.',
    ),
  );

/** Retention has deleted the deliveries: an empty answer would say that nobody had been sent to. */
export const deliveriesPurged = (purgedAt: Date): DomainError =>
  new DomainError(
    'gone',
    'deliveries_purged',
    both(
      `该发送任务的逐人发送记录已于 ${purgedAt.toISOString()} 超过保留期限（RETENTION_DAYS）而清除，只保留统计数字。`,
      `the deliveries of this broadcast were given up on ${purgedAt.toISOString()}, when their retention ` +
        '(RETENTION_DAYS) was over; its counts are kept',
      { purgedAt: purgedAt.toISOString() },
    ),
  );
