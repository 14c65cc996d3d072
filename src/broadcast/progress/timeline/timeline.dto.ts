import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { NoticeView } from '../../../http/warning-view.js';
import { expects } from '../../../http/rule-words.js';
import type { RecordedActor } from '../../engine/record/engine.tables.js';
import type { BroadcastEvent } from './broadcast-events.repository.js';
import { ActorView } from '../shown/shown.dto.js';
import { eventWords } from './event-words.js';

export class TimelineQuery {
  /** `next` of the page before. */
  @IsOptional()
  @Matches(/^\d{1,15}$/, expects('应为上一页返回的 `next`', 'expected `next` of the page before'))
  after?: string;

  /** How many events at once. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;
}

/** Something that happened to a broadcast. `code` is its kind. */
export class TimelineEventView extends NoticeView {
  /** The id of the event, as streams have it. */
  id!: number;
  at!: Date;
  kind!: string;
  /** Who did it; null where the service did. */
  @ApiProperty({ type: ActorView, nullable: true })
  actor!: RecordedActor | null;
  /** What is known of it, by its kind. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  data!: Readonly<Record<string, unknown>>;
}

export class TimelinePageView {
  items!: TimelineEventView[];
  next!: string | null;
}

export const toTimelineEvent = ({
  id,
  at,
  kind,
  actor,
  data,
}: BroadcastEvent): TimelineEventView => ({
  id,
  at,
  kind,
  actor,
  data,
  ...eventWords(kind, data),
});
