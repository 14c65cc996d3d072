import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Grant } from './grants.js';

/** Somebody's leave, as another system knows of it. Each is checked by `checkGrants`, which names it by its index. */
export class SubscriptionGrantDto {
  /** Who agreed. */
  openid!: string;
  /** To which template. */
  templateId!: string;
  /** When it was granted, to the second, in the last 29 days. The same openid, template and second count once. */
  @ApiProperty({ format: 'date-time' })
  at!: string;
  /** How many messages, up to 1,000; for moving over from an older system. Left out: one. */
  @ApiPropertyOptional({ default: 1 })
  count?: number;
}

export class GrantListDto {
  /** Up to 10,000. */
  items!: SubscriptionGrantDto[];
}

export class GrantsToldView {
  /** How many items are new, and counted. */
  stored!: number;
  /** How many we knew already, from a push or an earlier call, or were named twice. */
  duplicates!: number;
  /** How many are new, but from before a rejection, or before WeChat said that nothing was left. */
  outdated!: number;
}

export class SubscriptionGrantView {
  templateId!: string;
  /** How many messages of it may be sent; of a long-term one, any number while it is not 0. */
  count!: number;
  longTerm!: boolean;
  updatedAt!: Date;
}

export class GrantPageView {
  items!: SubscriptionGrantView[];
  next!: string | null;
}

export const toGrantView = ({
  templateId,
  count,
  longTerm,
  updatedAt,
}: Grant): SubscriptionGrantView => ({
  templateId,
  count,
  longTerm,
  updatedAt,
});
