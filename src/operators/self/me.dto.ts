import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsString, Length, Matches, MaxLength, ValidateIf } from 'class-validator';
import { PERMISSIONS } from '../../access/permissions.js';
import { expects } from '../../http/rule-words.js';
import { OperatorGrantView } from '../people/operators.dto.js';
import { LOCALES, type Locale } from '../record/operator.js';

const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

export class TotpStateView {
  readonly on!: boolean;
  /** Of ten; new ones can be made. */
  readonly recoveryCodesLeft!: number;
}

export class OwnSessionView {
  readonly id!: string;
  /** When it ends if nothing is done by it. Streams and polling are nothing. */
  readonly idleUntil!: Date;
  /** When it ends whatever is done by it. */
  readonly endsAt!: Date;
}

/** Who is asking, and what they may do: a page needs to ask nothing else. */
export class MeView {
  readonly kind!: 'operator' | 'key';
  readonly id!: number;
  /** Null for a key. */
  readonly login!: string | null;
  readonly name!: string;
  /** The language of their pages; null for a key. */
  readonly locale!: Locale | null;
  /** What their pages have kept for them; at most 8 KiB. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly settings!: Readonly<Record<string, unknown>>;
  /** They came in by a one-time password: nothing but changing it is let through. */
  readonly mustChangePassword!: boolean;
  readonly hasPassword!: boolean;
  readonly totp!: TotpStateView;
  readonly grants!: OperatorGrantView[];
  /** On which accounts each permission is held: `all` (those to come included) or the appids, none for an empty list. */
  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(
      PERMISSIONS.map((permission) => [
        permission,
        {
          oneOf: [
            { type: 'string', enum: ['all'] },
            { type: 'array', items: { type: 'string' } },
          ],
        },
      ]),
    ),
    required: [...PERMISSIONS],
  })
  readonly can!: Readonly<Record<string, 'all' | readonly string[]>>;
  /** Of a browser; null where an API key was sent. */
  readonly session!: OwnSessionView | null;
}

/** What is left out stays as it is. */
export class UpdateMeDto {
  /** How others know you, up to 100 characters. */
  @MayBeLeftOut()
  @IsString()
  @Length(1, 100)
  @Matches(/^[^\p{Cc}]*$/u, expects('不能含有控制字符', 'expected text without control characters'))
  name?: string;

  /** The language of your pages. */
  @MayBeLeftOut()
  @IsIn(LOCALES)
  locale?: Locale;

  /** Whatever pages keep for you; replaced whole. At most 8 KiB as JSON, nested at most 8 deep. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @MayBeLeftOut()
  @IsObject()
  settings?: Record<string, unknown>;
}

export class ChangePasswordDto {
  /** The present password, or the one-time password. */
  @IsString()
  @MaxLength(1_024)
  current!: string;

  /** 10 to 256 characters, and nothing that everybody guesses first. */
  @IsString()
  @MaxLength(1_024)
  password!: string;
}

/** Asked again before what a session that was left open should not do. */
export class OwnPasswordDto {
  /** Your present password. */
  @IsString()
  @MaxLength(1_024)
  password!: string;
}

export class TotpStartView {
  /** To be typed into an authenticator app, in base32. */
  readonly secret!: string;
  /** The same as `otpauth://…`, for a QR code. */
  readonly uri!: string;
}

export class ConfirmTotpDto {
  /** The 6 digits that the app shows now. */
  @IsString()
  @Length(6, 16)
  code!: string;
}

export class RecoveryCodesView {
  /** Ten codes, each good once in place of the app; nobody is shown them again. */
  readonly recoveryCodes!: string[];
}
