import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { PageQuery } from '../../http/cursor.js';
import { expects } from '../../http/rule-words.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import { PUSH_KINDS, type PushKind, type RecentPush } from './recent-pushes.js';
import type { Invitation } from './tester-invites.js';
import type { NewTester, Tester } from './testers.service.js';

const openidExpected = expects(
  '应为 1 至 64 个字母、数字、"_" 或 "-"',
  'expected 1 to 64 letters, digits, "_" or "-"',
);

export class TestersQuery extends PageQuery {
  /** `next` of the page before: an openid. */
  @IsOptional()
  @Matches(OPENID_PATTERN, openidExpected)
  declare after?: string;
}

export class AddTesterDto implements NewTester {
  /** Of somebody who follows the account. */
  @IsString()
  @Matches(OPENID_PATTERN, openidExpected)
  openid!: string;

  /** What people call them, 1 to 30 characters. */
  @IsString()
  @Matches(/^[^\p{Cc}\p{Cs}]{1,30}$/u, expects('应为 1 至 30 个字', 'expected 1 to 30 characters'))
  name!: string;

  /** Whose personal values a test to them borrows; left out or null: their own. */
  @IsOptional()
  @Matches(OPENID_PATTERN, openidExpected)
  like?: string | null;
}

/** Somebody to whom tests are sent. */
export class TesterView implements Tester {
  readonly openid!: string;
  readonly name!: string;
  readonly like!: string | null;
  readonly createdAt!: Date;
}

export class TesterPageView {
  readonly items!: TesterView[];
  /** `after` of the next page; null at the end. */
  readonly next!: string | null;
}

export class RecentQuery {
  /** How far back, 1 to 60. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 60, default: 10 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(60)
  minutes: number = 10;
}

/** Somebody who has just shown themselves. */
export class RecentPushView implements Omit<RecentPush, 'accountId'> {
  readonly openid!: string;
  readonly at!: Date;
  /** What they did last: wrote, scanned a code, followed, or chose from the menu. */
  @ApiProperty({ enum: PUSH_KINDS })
  readonly what!: PushKind;
  /** They scanned a code that `POST …/testers/invite` has made. */
  readonly invited!: boolean;
}

/** A code for a tester to scan. */
export class TesterInviteView implements Invitation {
  /** What is to be drawn as a QR code. */
  readonly text!: string;
  /** Half an hour after it was made. */
  readonly expiresAt!: Date;
}

export class RecentPushesView {
  /** The latest first, fifty at most. */
  readonly items!: RecentPushView[];
}
