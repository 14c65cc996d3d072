import { IsOptional, Matches } from 'class-validator';
import { expects } from '../../../http/rule-words.js';

export class EventsQuery {
  /** As `Last-Event-ID`, for a first connection: events after this one are told, `0` tells all of them. */
  @IsOptional()
  @Matches(/^\d{1,15}$/, expects('应为某个事件的 id，或 0', 'expected the id of an event, or 0'))
  from?: string;
}
