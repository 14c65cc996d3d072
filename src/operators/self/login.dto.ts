import {
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { LOCALES, type Locale, LOGIN_PATTERN } from '../record/operator.js';

/** By login and password, or by an API key alone. */
export class ApiLoginDto {
  /** Of an operator. */
  @ValidateIf(({ key }: ApiLoginDto) => key === undefined)
  @IsString()
  @Length(1, 256)
  login?: string;

  /** Of that operator. */
  @ValidateIf(({ key }: ApiLoginDto) => key === undefined)
  @IsString()
  @Length(1, 1_024)
  password?: string;

  /** Where two-step login is on: the 6 digits of the app, or a recovery code. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  code?: string;

  /** An API key in place of login and password; the session has its rights and ends with it. */
  @IsOptional()
  @IsString()
  @Length(1, 512)
  key?: string;
}

/** The first admin of an installation. */
export class SetupDto {
  /** The admin key: printed at the first start, or what `WEICAST_ADMIN_KEY` says. */
  @IsString()
  @Length(1, 512)
  key!: string;

  /** What you will type to log in: 1 to 64 letters, digits, Han and . _ @ + -. */
  @Matches(
    LOGIN_PATTERN,
    expects(
      '应为 1 至 64 个字母、数字、汉字或 . _ @ + -，以字母、数字或汉字开头',
      'expected 1 to 64 letters, digits, Han or . _ @ + -, beginning with a letter, digit or Han',
    ),
  )
  login!: string;

  /** How others will know you, up to 100 characters. */
  @IsString()
  @Length(1, 100)
  @Matches(/^[^\p{Cc}]*$/u, expects('不能含有控制字符', 'expected text without control characters'))
  name!: string;

  /** The language of your pages. Left out: Chinese. */
  @IsOptional()
  @IsIn(LOCALES)
  locale?: Locale;

  /** 10 to 256 characters, and nothing that everybody guesses first. */
  @IsString()
  @MaxLength(1_024)
  password!: string;
}

/** An identity provider to come in by, at `/oidc/login?next=…`. */
export class OidcWayView {
  /** What people call it; null: pages say "company account". */
  readonly name!: string | null;
}

export class SetupView {
  /** True until there is an operator. */
  readonly needed!: boolean;
  /** Whether a login and a password let anybody in. */
  readonly passwordLogin!: boolean;
  /** Null: there is no identity provider. */
  readonly oidc!: OidcWayView | null;
}

export class LoggedOutView {
  /** Where to go next to end the session at the identity provider too; null: nowhere. */
  readonly endSessionUrl!: string | null;
}
