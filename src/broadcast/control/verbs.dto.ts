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
import { PRINTABLE_ASCII, STORABLE } from '../../http/member-rules.js';
import type { GivenConfirmation } from './confirmations.js';

/** A verb that needs to know nothing more. */
export class VerbDto {}

/** What a start may be given. Neither is a part of what an `Idempotency-Key` stands for. */
export class StartDto extends VerbDto {
  /** The token of a confirmation (`POST …/confirmation`). */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @Matches(PRINTABLE_ASCII, expects('只能含可打印的 ASCII 字符', 'confirm must be a token'))
  confirm?: string | null;

  /** What the confirmation asked to be typed, as it was typed: `947,986` will do for 947986. */
  @IsOptional()
  @IsString()
  @Length(1, 40)
  @Matches(STORABLE, expects('不能含有控制字符', 'typed must not contain control characters'))
  typed?: string | null;
}

/** The confirmation among what a start was given; undefined where there is none. */
export const confirmationIn = ({ confirm, typed }: StartDto): GivenConfirmation | undefined =>
  typeof confirm === 'string' ? { token: confirm, typed: typed ?? null } : undefined;

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
