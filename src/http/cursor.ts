import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { expects } from './rule-words.js';

/** The query of every list: where to go on, and how much at once. */
export class PageQuery {
  /** `next` of the page before. */
  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @IsString()
  @Length(1, 256)
  // Postgres takes no NUL in text, and no cursor of ours holds one.
  @Matches(/^[^\0]*$/, expects('应为上一页返回的 `next`', 'expected `next` of the page before'))
  after?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 200,
    default: 50,
    description: 'How many at once.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;
}

/** `next` is null at the end, and `after` of the next page otherwise. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** Cuts a page out of `limit + 1` rows: the one too many says that there are more, so nobody counts. */
export function page<Item>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => string,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
