import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

export class SeriesQuery {
  /** Seconds between two points; left out, so many that there are five hundred points at most. */
  @ApiPropertyOptional({ type: 'integer', minimum: 5, maximum: 86_400 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(5)
  @Max(86_400)
  step?: number;
}

/** The counters of a broadcast at a moment. Until the next point nothing else is known to have changed. */
export class SeriesPointView {
  at!: Date;
  /** Still to be sent. */
  open!: number;
  accepted!: number;
  reviewing!: number;
  delivered!: number;
  blocked!: number;
  failed!: number;
  refused!: number;
  unknown!: number;
  skipped!: number;
  /** Messages a second, on average since the point before. */
  rate!: number;
  /** How many a second were allowed. */
  allowed!: number | null;
}

export class SeriesView {
  /** Seconds between two points. */
  step!: number;
  points!: SeriesPointView[];
}
