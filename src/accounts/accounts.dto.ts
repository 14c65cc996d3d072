import { OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { expects } from '../http/rule-words.js';
import { STORABLE } from '../http/member-rules.js';
import { AccountPolicyDto, policyChangeOf } from './account-policy.dto.js';
import {
  ACCOUNT_KINDS,
  type AccountKind,
  CALLBACK_MODES,
  type CallbackMode,
  TOKEN_MODES,
  type TokenMode,
} from './account.js';
import type { AccountChange, NewAccount } from './account-change.js';

const PRINTABLE = /^[\x21-\x7e]+$/;

/** May be left out, and unlike `@IsOptional()` may not be null. */
const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

export class CreateAccountDto implements Omit<NewAccount, 'policy' | 'apiBase'> {
  /** WeChat's appid, `wx` and 16 hex digits. Those of sandboxes, which begin with `wx5a4db0c0de`, are not taken here. */
  @Matches(
    /^wx(?!5a4db0c0de)[0-9a-f]{16}$/,
    expects(
      '应为 "wx" 加 16 位十六进制数字，且不是模拟号的 appid',
      'expected "wx" and 16 hex digits, and no appid of a sandbox',
    ),
  )
  appid!: string;

  /** 服务号 (`service`) or 小程序 (`mini_program`). */
  @IsIn(ACCOUNT_KINDS)
  kind!: AccountKind;

  /** For people: how the account is called in lists. */
  @IsString()
  @Length(1, 100)
  name!: string;

  /** WeChat's 测试号: the fields of its templates have free names, and their values are not judged by them. */
  @MayBeLeftOut()
  @IsBoolean()
  testAccount?: boolean;

  /** WeChat's AppSecret. May be left out where the token comes from an external address. */
  @MayBeLeftOut()
  @Matches(PRINTABLE, expects('应为 AppSecret，不含空格', 'expected the AppSecret, without spaces'))
  @MaxLength(128)
  secret?: string;

  /** The Token (令牌) of WeChat's server configuration. */
  @Matches(
    /^[A-Za-z0-9]{3,32}$/,
    expects('应为 3 至 32 个字母或数字', 'expected 3 to 32 letters and digits'),
  )
  callbackToken!: string;

  /** The EncodingAESKey (消息加解密密钥) of WeChat's server configuration; needed unless the mode is plain. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9]{43}$/, expects('应为 43 个字母或数字', 'expected 43 letters and digits'))
  encodingAesKey?: string | null;

  /** As at WeChat. It decides how pushes are read, whether an EncodingAESKey is on record or not. */
  @IsIn(CALLBACK_MODES)
  callbackMode!: CallbackMode;

  /** It decides where tokens come from, whatever else is on record. Left out: stable. */
  @MayBeLeftOut()
  @IsIn(TOKEN_MODES)
  tokenMode?: TokenMode;

  /** GET answers `{ access_token, expires_in }`. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  externalTokenUrl?: string | null;

  /** Sent to that address as `Authorization: Bearer …`. */
  @IsOptional()
  @Matches(
    PRINTABLE,
    expects('应为 Bearer 令牌，不含空格', 'expected a bearer token, without spaces'),
  )
  @MaxLength(2_000)
  externalTokenBearer?: string | null;

  /** The account's cap; left out or null: the installation's. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  sendsPerSecond?: number | null;

  /** Sends a day, where fewer are wanted than WeChat allows. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  dailyQuota?: number | null;

  /** Percent of the daily quota that is left to other systems of the same account; 0 where it is left out. */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(90)
  quotaReservePercent?: number;

  /** Where pushes go on to that are not ours to handle. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  forwardUrl?: string | null;

  /** At most four characters, shown where there is no room for the name. */
  @IsOptional()
  @Matches(
    /^[^\s\p{Cc}\p{Cs}]{1,4}$/u,
    expects('应为 1 至 4 个字，不含空格', 'expected 1 to 4 characters, without spaces'),
  )
  shortName?: string | null;

  /** One of the eight colours of the console, 0 to 7. Left out or null: one that follows from the appid. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(7)
  color?: number | null;

  /** Groups of accounts, such as a client's name: at most ten, of 20 characters at most. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(10)
  @ArrayUnique()
  @Matches(STORABLE, {
    each: true,
    ...expects('应为不含控制字符的文本', 'expected texts without control characters'),
  })
  @Length(1, 20, { each: true })
  labels?: string[];

  /** What the account asks of its broadcasts; members that are left out stay. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => AccountPolicyDto)
  policy?: AccountPolicyDto;
}

/** What is left out stays; null removes. A new callback token or key keeps the former as previous. */
export class UpdateAccountDto
  extends PartialType(OmitType(CreateAccountDto, ['appid', 'kind'] as const), {
    skipNullProperties: false,
  })
  implements Omit<AccountChange, 'policy'>
{
  /** Accept the former callback token and EncodingAESKey no longer. */
  @MayBeLeftOut()
  @IsBoolean()
  removePrevious?: boolean;
}

/** The request as the service takes it. */
export const accountChangeOf = <Asked extends { readonly policy?: AccountPolicyDto }>({
  policy,
  ...account
}: Asked): Omit<Asked, 'policy'> & Pick<AccountChange, 'policy'> => ({
  ...account,
  ...(policy !== undefined && { policy: policyChangeOf(policy) }),
});
