/// <reference lib="esnext.temporal" />
import { type Bilingual, both } from '../../kernel/bilingual.js';
import { type AccountPolicy, canaryOf, hoursOf } from '../../accounts/account-policy.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { BroadcastBodyDto } from './broadcast.dto.js';
import type { BroadcastSettings } from './checked-broadcast.js';
import { START_GRACE_MS } from '../engine/lifecycle/schedule.js';
import { zoneNamed } from '../../kernel/time-zone.js';

/** A leap year. */
const FURTHEST_MS = 366 * 24 * 3_600_000;

const DEFAULTS: BroadcastSettings = {
  name: null,
  sendsPerSecond: null,
  startAt: null,
  startZone: null,
  freezeAudience: 'start',
  sendHours: null,
  canary: null,
  resendFailed: false,
  contactCap: null,
};

type SettingsRequest = Partial<Pick<BroadcastBodyDto, keyof BroadcastSettings>>;

/** The settings of a new broadcast; what it does not name is as its account wants it, then as everybody has it. */
export const settingsOf = (
  settings: Partial<BroadcastSettings>,
  { sendHours, canary }: AccountPolicy,
): BroadcastSettings => ({
  ...DEFAULTS,
  ...(sendHours && { sendHours }),
  ...(canary && { canary }),
  ...settings,
});

/** The settings of a test or a single message, which start at once. */
export const testSettingsOf = ({
  name,
  sendsPerSecond,
  resendFailed,
}: SettingsRequest): BroadcastSettings => ({
  ...DEFAULTS,
  name: name ?? null,
  sendsPerSecond: sendsPerSecond ?? null,
  resendFailed: resendFailed ?? false,
});

/** These settings as they are where nobody names them. */
export const settingsWithout = (names: readonly string[]): Partial<BroadcastSettings> =>
  Object.fromEntries(Object.entries(DEFAULTS).filter(([name]) => names.includes(name)));

/**
 * The settings that a request names; null stands for the default.
 *
 * @param now refuses a start too far from it; left out, any will do
 */
export function settingsIn(request: SettingsRequest, now?: Date): Partial<BroadcastSettings> {
  const { startAt, startZone, sendHours, canary, freezeAudience, resendFailed, contactCap } =
    request;
  return {
    ...(request.name !== undefined && { name: request.name }),
    ...(request.sendsPerSecond !== undefined && { sendsPerSecond: request.sendsPerSecond }),
    ...(startAt !== undefined && { startAt: startAt === null ? null : timeOf(startAt, now) }),
    ...(startZone !== undefined && { startZone: startZone && (zoneNamed(startZone) ?? null) }),
    ...(freezeAudience !== undefined && { freezeAudience: freezeAudience ?? 'start' }),
    ...(sendHours !== undefined && { sendHours: sendHours && hoursOf(sendHours) }),
    ...(canary !== undefined && { canary: canary && canaryOf(canary) }),
    ...(resendFailed !== undefined && { resendFailed: resendFailed ?? false }),
    ...(contactCap !== undefined && {
      contactCap: contactCap && { ignore: true, reason: contactCap.reason },
    }),
  };
}

function timeOf(text: string, now: Date | undefined): Date {
  const startAt = new Date(Temporal.Instant.from(text).epochMilliseconds);
  if (now !== undefined) refuseTimeOutOfRange(startAt, now);
  return startAt;
}

/** A start of a moment ago means now: the request was on its way. */
export function refuseTimeOutOfRange(startAt: Date, now: Date): void {
  const ahead = startAt.getTime() - now.getTime();
  if (ahead < -START_GRACE_MS)
    throw outOfRange(
      'in_the_past',
      both('开始时间已过去超过 30 分钟。', 'it lies more than 30 minutes back'),
    );
  if (ahead > FURTHEST_MS)
    throw outOfRange(
      'too_far_ahead',
      both('开始时间距今超过一年。', 'it lies more than a year ahead'),
    );
}

const outOfRange = (code: string, message: Bilingual): DomainError =>
  new DomainError(
    'unprocessable',
    'start_at_out_of_range',
    both(
      '不能在该时间开始，请改填 30 分钟前至一年内的时间。',
      'it cannot start then: name a time from 30 minutes back to a year ahead',
    ),
    {
      errors: [{ path: 'startAt', code, message }],
    },
  );
