import {
  ArrayMaxSize,
  IsArray,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
} from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { STORABLE } from '../../http/member-rules.js';

/** A verb that needs to know nothing more. */
export class VerbDto {}

/** What a start may be given. */
export class StartDto extends VerbDto {}

/** Why it is paused. */
export class PauseDto extends VerbDto {
  /** Why, for whoever thinks of resuming it. */
  @IsOptional()
  @IsString()
  @Length(1, 500)
  @Matches(STORABLE, expects('不能含有控制字符', 'note must not contain control characters'))
  note?: string | null;
}

/** Which holds are over. */
export class ResumeDto extends VerbDto {
  /** The ids of the holds to lift; left out, the only one that waits for a person. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsUUID(undefined, {
    each: true,
    ...expects('应为暂停原因的 id', 'holds must be the ids of holds'),
  })
  holds?: string[] | null;
}
