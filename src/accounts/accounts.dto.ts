import { OmitType, PartialType } from '@nestjs/swagger';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { expects } from '../http/rule-words.js';
import type { WarningView } from '../http/warning-view.js';
import {
  ACCOUNT_KINDS,
  type AccountFault,
  type AccountKind,
  CALLBACK_MODES,
  type CallbackMode,
  TOKEN_MODES,
  type TokenMode,
} from './account.js';
import type { AccountChange, NewAccount } from './account-change.js';
import type {
  AccountHealth,
  QuotaHealth,
  ReviewHealth,
  TokenHealth,
  UnheardHealth,
} from './account-health.js';
import {
  type CallbackFault,
  callbackFaultOf,
  type CallbackRecord,
  type CallbackState,
  stoppedFaultOf,
  unheardFaultOf,
  type RefusedWhy,
} from './callback-state.js';
import { accountWarnings } from './account-warnings.js';
import type { AccountRecord } from './account.repository.js';

const PRINTABLE = /^[\x21-\x7e]+$/;

/** May be left out, and unlike `@IsOptional()` may not be null. */
const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

export class CreateAccountDto implements NewAccount {
  @Matches(
    /^wx[0-9a-f]{16}$/,
    expects('应为 "wx" 加 16 位十六进制数字', 'expected "wx" and 16 hex digits'),
  )
  appid!: string;

  @IsIn(ACCOUNT_KINDS)
  kind!: AccountKind;

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

  @Matches(
    /^[A-Za-z0-9]{3,32}$/,
    expects('应为 3 至 32 个字母或数字', 'expected 3 to 32 letters and digits'),
  )
  callbackToken!: string;

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

  @IsOptional()
  @Matches(
    PRINTABLE,
    expects('应为 Bearer 令牌，不含空格', 'expected a bearer token, without spaces'),
  )
  @MaxLength(2_000)
  externalTokenBearer?: string | null;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  sendsPerSecond?: number | null;

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
}

/** What is left out stays; null removes. A new callback token or key keeps the former as previous. */
export class UpdateAccountDto
  extends PartialType(OmitType(CreateAccountDto, ['appid', 'kind'] as const), {
    skipNullProperties: false,
  })
  implements AccountChange
{
  /** Accept the former callback token and EncodingAESKey no longer. */
  @MayBeLeftOut()
  @IsBoolean()
  removePrevious?: boolean;
}

export class PreviousKeysView {
  readonly callbackToken!: boolean;
  readonly encodingAesKey!: boolean;
}

/** What came to the callback last, and what is wrong with it. */
export class CallbackHealthView implements CallbackState {
  /** WeChat asked whether the address is ours, and was answered. */
  readonly handshakeAt!: Date | null;
  readonly pushAt!: Date | null;
  readonly refusedAt!: Date | null;
  readonly refusedWhy!: RefusedWhy | null;
  /** Since then pushes have been refused, and none was taken; or none came although messages went out. */
  readonly fault!: CallbackFault | null;
}

export class AccountHealthView implements AccountHealth {
  /** Why nothing can be sent until a person has put something right. */
  readonly fault!: AccountFault | null;
  readonly token!: TokenHealth | null;
  readonly callbackSeenAt!: Date | null;
  readonly callback!: CallbackHealthView;
  readonly quota!: QuotaHealth | null;
  /** The last broadcast of which WeChat reviewed more than a few messages (40252), and when that was told. */
  readonly review!: ReviewHealth | null;
  /** The last broadcast that WeChat took messages of more than ten minutes ago, while no push came since it started. */
  readonly unheard!: UnheardHealth | null;
}

/** Never a secret, only which there are. */
export class AccountView {
  readonly appid!: string;
  readonly kind!: AccountKind;
  readonly name!: string;
  readonly testAccount!: boolean;
  readonly callbackMode!: CallbackMode;
  readonly tokenMode!: TokenMode;
  readonly externalTokenUrl!: string | null;
  readonly sendsPerSecond!: number | null;
  readonly dailyQuota!: number | null;
  readonly quotaReservePercent!: number;
  readonly forwardUrl!: string | null;
  readonly hasSecret!: boolean;
  readonly hasEncodingAesKey!: boolean;
  readonly hasExternalTokenBearer!: boolean;
  /** Which former keys are still accepted beside the current ones. */
  readonly previous!: PreviousKeysView;
  readonly held!: boolean;
  readonly heldAt!: Date | null;
  readonly createdAt!: Date;
  readonly health!: AccountHealthView;
  /** Settings that work, and that somebody should think twice about. */
  readonly warnings!: WarningView[];
}

export const toView = (account: AccountRecord, health: AccountHealth): AccountView => ({
  appid: account.appid,
  kind: account.kind,
  name: account.name,
  testAccount: account.testAccount,
  callbackMode: account.callbackMode,
  tokenMode: account.tokenMode,
  externalTokenUrl: account.externalTokenUrl,
  sendsPerSecond: account.sendsPerSecond,
  dailyQuota: account.dailyQuota,
  quotaReservePercent: account.quotaReservePercent,
  forwardUrl: account.forwardUrl,
  hasSecret: account.hasSecret,
  hasEncodingAesKey: account.hasEncodingAesKey,
  hasExternalTokenBearer: account.hasExternalTokenBearer,
  previous: {
    callbackToken: account.hasPreviousCallbackToken,
    encodingAesKey: account.hasPreviousEncodingAesKey,
  },
  held: account.heldAt !== null,
  heldAt: account.heldAt,
  createdAt: account.createdAt,
  health: {
    fault: account.fault,
    callbackSeenAt: account.callbackSeenAt,
    callback: toCallbackView(account, health.unheard),
    ...health,
  },
  warnings: accountWarnings(account),
});

const toCallbackView = (
  state: CallbackRecord,
  unheard: UnheardHealth | null,
): CallbackHealthView => ({
  handshakeAt: state.handshakeAt,
  pushAt: state.pushAt,
  refusedAt: state.refusedAt,
  refusedWhy: state.refusedWhy,
  fault:
    (unheard === null ? callbackFaultOf(state) : unheardFaultOf(state, unheard.since)) ??
    stoppedFaultOf(state) ??
    null,
});
