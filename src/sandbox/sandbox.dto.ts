import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { expects } from '../http/rule-words.js';
import { OPENID_PATTERN } from '../kernel/ids.js';
import { type Mood, MOODS } from './moods.js';
import type { Person } from './sandbox.service.js';
import type { PhoneMessage } from './phone.js';
import type { SandboxRecord } from './sandbox.repository.js';

export class CreateSandboxDto {
  /** 1 to 100 characters. Left out: 模拟号. */
  @IsOptional()
  @Matches(
    /^[^\p{Cc}\p{Cs}]{1,100}$/u,
    expects('应为 1 至 100 个字', 'expected 1 to 100 characters'),
  )
  name?: string;

  /** How many people follow it, 500 to 5,000. Left out: 520. */
  @IsOptional()
  @IsInt()
  @Min(500)
  @Max(5_000)
  followers?: number;

  /** How its WeChat behaves: `well`, `busy`, `quota_gone`, `many_refuse` or `under_review`. Left out: `well`. */
  @IsOptional()
  @IsIn(MOODS)
  mood?: Mood;
}

export class ChangeSandboxDto {
  /** How its WeChat behaves from now on: `well`, `busy` (-1 and slow), `quota_gone` (45009), `many_refuse` (three in ten block the account) or `under_review` (40252). */
  @IsIn(MOODS)
  mood!: Mood;
}

export class InboxQuery {
  /** Whose phone it is. */
  @ApiPropertyOptional({ description: 'Whose phone it is.', required: true })
  @Matches(OPENID_PATTERN, expects('应为 openid', 'expected an openid'))
  openid!: string;
}

/** How a pretended WeChat behaves, and how many people it has. */
export class SandboxView {
  readonly appid!: string;
  readonly mood!: Mood;
  readonly followers!: number;
}

/** Somebody who follows a sandbox, or did. */
export class SandboxPersonView implements Person {
  readonly openid!: string;
  /** Only testers have names. */
  readonly name!: string | null;
  readonly follows!: boolean;
  /** Whether they refuse the account's messages. */
  readonly blocks!: boolean;
}

export class SandboxPeopleView {
  readonly items!: SandboxPersonView[];
}

export class PhoneRowView {
  /** The text before the value, such as 活动时间. */
  readonly label!: string;
  readonly value!: string;
}

export class PhoneLinkView {
  readonly appid!: string;
  readonly pagepath!: string;
}

/** A message as the phone shows it. */
export class PhoneMessageView {
  readonly msgid!: string;
  /** When it arrived. */
  readonly at!: Date;
  readonly templateId!: string;
  readonly title!: string;
  readonly rows!: PhoneRowView[];
  readonly url!: string | null;
  readonly miniprogram!: PhoneLinkView | null;
}

/** A phone: whose it is, and its last fifty messages, the newest first. */
export class SandboxInboxView {
  readonly person!: SandboxPersonView;
  readonly items!: PhoneMessageView[];
}

export const toSandboxView = (appid: string, { mood, followers }: SandboxRecord): SandboxView => ({
  appid,
  mood,
  followers,
});

export const toInboxView = ({
  person,
  items,
}: {
  readonly person: Person;
  readonly items: readonly PhoneMessage[];
}): SandboxInboxView => ({
  person,
  items: items.map(({ rows, ...message }) => ({ ...message, rows: [...rows] })),
});
