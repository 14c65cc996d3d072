import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { SessionRecord } from '../../access/session.js';

export class SessionsQuery {
  /** Whose: the id of an operator that you manage. Left out: your own. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(999_999_999)
  operator?: number;
}

export class SessionView {
  readonly id!: string;
  readonly createdAt!: Date;
  /** When something was last done by it, to the minute. */
  readonly lastSeenAt!: Date;
  /** When it ends if nothing is done by it. */
  readonly idleUntil!: Date;
  readonly endsAt!: Date;
  /** Where it was opened. */
  readonly ip!: string | null;
  readonly userAgent!: string | null;
  /** Whether it is the one that asks. */
  readonly current!: boolean;
}

export class SessionListView {
  readonly items!: SessionView[];
}

export const toSessionView = (session: SessionRecord, currentId?: string): SessionView => ({
  id: session.id,
  createdAt: session.createdAt,
  lastSeenAt: session.lastSeenAt,
  idleUntil: session.idleUntil,
  endsAt: session.endsAt,
  ip: session.ip,
  userAgent: session.userAgent,
  current: session.id === currentId,
});
