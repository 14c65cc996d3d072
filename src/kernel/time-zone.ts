/// <reference lib="esnext.temporal" />

/** Where WeChat's day begins, and where most of its people are. */
export const DEFAULT_ZONE = 'Asia/Shanghai';

/** The zone as the IANA database spells it; undefined for what is none. A bare offset is none: it knows no summer. */
export function zoneNamed(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return undefined;
  }
}

/** For people: `2026-12-01 09:00 (Asia/Shanghai)`. */
export function localTime(at: Date, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })} (${zone})`;
}
