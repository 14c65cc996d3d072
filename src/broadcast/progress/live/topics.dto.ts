import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, Matches } from 'class-validator';
import { expects } from '../../../http/rule-words.js';

/** Topics of one stream. */
const MAX_TOPICS = 50;

const TOPIC =
  /^(me|account:[\x21-\x2b\x2d-\x7e]{1,64}|broadcast:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

export class TopicsQuery {
  /** What to hear of, separated by commas: `broadcast:ID`, `account:APPID`, `me`. At most 50. */
  @ApiProperty({ type: 'string', example: 'account:wx0123456789abcdef,me' })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? [...new Set(value.split(','))] : value,
  )
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_TOPICS)
  @Matches(TOPIC, {
    each: true,
    ...expects(
      '应为 me、account:APPID 或 broadcast:ID',
      'expected me, account:APPID or broadcast:ID',
    ),
  })
  topics!: string[];

  /** Where events on record go on, as `Last-Event-ID`; `0` tells them from the beginning. */
  @IsOptional()
  @Matches(
    /^[\dx]{1,15}(\.[\dx]{1,15}){0,49}$/,
    expects('应为某个事件的 id，或 0', 'expected the id of an event, or 0'),
  )
  from?: string;
}
