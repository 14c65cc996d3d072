import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { PageQuery } from '../http/cursor.js';
import { OPENID_PATTERN } from '../kernel/ids.js';
import { FollowerSuppressionView } from './followers.dto.js';
import type { Suppression } from './suppressions.service.js';

export class SuppressionsQuery extends PageQuery {
  @IsOptional()
  @Matches(OPENID_PATTERN, { message: 'expected an openid: `next` of the page before' })
  declare after?: string;
}

export class AddSuppressionDto {
  /** A follower's, or of somebody we have never heard of. */
  @Matches(OPENID_PATTERN, { message: 'expected an openid: letters, digits, - and _' })
  openid!: string;

  /** For whoever wonders later. */
  @ApiPropertyOptional({ maxLength: 500 })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  // Postgres takes no NUL in text.
  @Matches(/^[^\0]*$/, { message: 'expected text without NUL' })
  note?: string;
}

export class SuppressionView extends FollowerSuppressionView {
  openid!: string;
}

export class SuppressionPageView {
  items!: SuppressionView[];
  next!: string | null;
}

export const toSuppressionView = ({
  openid,
  reason,
  since,
  note,
}: Suppression): SuppressionView => ({ openid, reason, since, note });
