import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import type { Grant } from '../../access/caller.js';
import { type Role, ROLES } from '../../access/permissions.js';
import { expects } from '../../http/rule-words.js';
import { LOCALES, type Locale, LOGIN_PATTERN, type OperatorRecord } from '../record/operator.js';
import type { OperatorChange, OperatorDraft } from './operators.service.js';

/** May be left out, and unlike `@IsOptional()` may not be null. */
const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

const NoControls = (): PropertyDecorator =>
  Matches(/^[^\p{Cc}]*$/u, expects('不能含有控制字符', 'expected text without control characters'));

/** A role on some accounts, or on all of them. */
export class OperatorGrantDto implements Grant {
  /** The appids of the accounts; null: all of them, those to come included. */
  @ValidateIf((_, value) => value !== null)
  @IsArray()
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  @Matches(/^wx[0-9a-f]{16}$/, {
    each: true,
    ...expects('应为 "wx" 加 16 位十六进制数字', 'expected "wx" and 16 hex digits'),
  })
  appids!: string[] | null;

  /** What may be done there. */
  @IsIn(ROLES)
  role!: Role;
}

export class CreateOperatorDto implements OperatorDraft {
  /** What they type to log in: 1 to 64 letters, digits, Han and . _ @ + -, whatever the case. */
  @Matches(
    LOGIN_PATTERN,
    expects(
      '应为 1 至 64 个字母、数字、汉字或 . _ @ + -，以字母、数字或汉字开头',
      'expected 1 to 64 letters, digits, Han or . _ @ + -, beginning with a letter, digit or Han',
    ),
  )
  login!: string;

  /** How others know them, up to 100 characters. */
  @IsString()
  @Length(1, 100)
  @NoControls()
  name!: string;

  /** The language of their pages. Left out: Chinese. */
  @MayBeLeftOut()
  @IsIn(LOCALES)
  locale?: Locale;

  /** Left out: one is made and told once in the answer. Either is changed at the first login. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(1_024)
  password?: string;

  /** What they may do, never more than the caller may. */
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => OperatorGrantDto)
  grants!: OperatorGrantDto[];
}

/** What is left out stays as it is. */
export class UpdateOperatorDto implements OperatorChange {
  /** How others know them, up to 100 characters. */
  @MayBeLeftOut()
  @IsString()
  @Length(1, 100)
  @NoControls()
  name?: string;

  /** The language of their pages. */
  @MayBeLeftOut()
  @IsIn(LOCALES)
  locale?: Locale;

  /** All that they may do from now on, never more than the caller may. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => OperatorGrantDto)
  grants?: OperatorGrantDto[];

  /** True ends their sessions and lets them in no more; false lets them in again. */
  @MayBeLeftOut()
  @IsBoolean()
  disabled?: boolean;
}

export class ResetPasswordDto {
  /** For somebody who has lost their phone as well: two-step login is turned off. */
  @IsOptional()
  @IsBoolean()
  withoutTotp?: boolean;
}

export class OperatorGrantView {
  /** The appids of the accounts; null: all of them, those to come included. */
  readonly appids!: string[] | null;
  readonly role!: Role;
}

/** Never a password, only which ways there are to come in. */
export class OperatorView {
  readonly id!: number;
  readonly login!: string;
  readonly name!: string;
  readonly locale!: Locale;
  readonly grants!: OperatorGrantView[];
  readonly disabledAt!: Date | null;
  /** They have a one-time password, and may do nothing before they have changed it. */
  readonly mustChangePassword!: boolean;
  readonly hasPassword!: boolean;
  /** Whether a second step is asked for after the password. */
  readonly totp!: boolean;
  /** The identity provider that they come in by; null: none. */
  readonly oidcIssuer!: string | null;
  /** Of their sessions of the last days; null: none. */
  readonly lastSeenAt!: Date | null;
  readonly createdAt!: Date;
}

export class OperatorPageView {
  readonly items!: OperatorView[];
  readonly next!: string | null;
}

/** With the password that nobody is told again. */
export class MadeOperatorView {
  readonly operator!: OperatorView;
  /** To be handed over, and changed at the first login; null where the caller has chosen one. */
  readonly oneTimePassword!: string | null;
}

export const toOperatorView = (operator: OperatorRecord): OperatorView => ({
  id: operator.id,
  login: operator.login,
  name: operator.name,
  locale: operator.locale,
  grants: operator.grants.map(({ appids, role }) => ({
    appids: appids === null ? null : [...appids],
    role,
  })),
  disabledAt: operator.disabledAt,
  mustChangePassword: operator.mustChangePassword,
  hasPassword: operator.hasPassword,
  totp: operator.hasTotp,
  oidcIssuer: operator.oidcIssuer,
  lastSeenAt: operator.lastSeenAt,
  createdAt: operator.createdAt,
});
