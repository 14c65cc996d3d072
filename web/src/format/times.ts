import { language } from '../locales/language';

const BEIJING = 'Asia/Shanghai';
const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || BEIJING;

type Parts = 'clock' | 'clockSeconds' | 'day' | 'dayClock' | 'full';

const OPTIONS: Readonly<Record<Parts, Intl.DateTimeFormatOptions>> = {
  clock: { hour: '2-digit', minute: '2-digit' },
  clockSeconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { month: 'short', day: 'numeric' },
  dayClock: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  full: {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
};
const made = new Map<string, Intl.DateTimeFormat>();

function formatter(parts: Parts, zone: string): Intl.DateTimeFormat {
  // Day and hour together as they are written in a log, whatever the language: they are compared and copied.
  const locale = parts === 'full' ? 'sv-SE' : language() === 'en' ? 'en-GB' : 'zh-CN';
  const key = `${parts} ${zone} ${locale}`;
  let found = made.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale, {
      ...OPTIONS[parts],
      timeZone: zone,
      hourCycle: 'h23',
    });
    made.set(key, found);
  }
  return found;
}

/** In Beijing, whose days and hours WeChat's quotas and people's messages follow. */
export const at = (time: string | number | Date, parts: Parts = 'full', zone = BEIJING): string =>
  formatter(parts, zone).format(new Date(time));

const dayOf = (time: Date): string => at(time, 'full').slice(0, 10);

const yearOf = (time: Date): string => dayOf(time).slice(0, 4);

/** Today by the clock alone, another day with its date, one of another year with that too. */
export function moment(time: string | Date, now = new Date()): string {
  const then = new Date(time);
  if (yearOf(then) !== yearOf(now)) return at(then, 'full').slice(0, 'yyyy-mm-dd hh:mm'.length);
  return at(then, dayOf(then) === dayOf(now) ? 'clock' : 'dayClock');
}

/** One of another year with its year. */
export function day(time: string | Date, now = new Date()): string {
  const then = new Date(time);
  return yearOf(then) === yearOf(now) ? at(then, 'day') : dayOf(then);
}

/** Today by the clock alone, another day in full. */
export function toSecond(time: string | Date, now = new Date()): string {
  const then = new Date(time);
  return at(then, dayOf(then) === dayOf(now) ? 'clockSeconds' : 'full');
}

/** The same moment where the reader is; undefined where it is told in that zone already, which is Beijing's elsewhere. */
export function inOwnZone(time: string | Date, told = BEIJING): string | undefined {
  const zone = ownZone();
  if (zone === told) return undefined;
  const isSame = told === BEIJING && at(time, 'full', zone) === at(time, 'full');
  return isSame ? undefined : at(time, 'dayClock', zone);
}

/** `3 分 20 秒`, the two largest units. */
export function duration(seconds: number): string {
  const units = language() === 'en' ? [' d', ' h', ' min', ' s'] : [' 天', ' 小时', ' 分', ' 秒'];
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const first = parts.findIndex((part) => part > 0);
  if (first === -1) return `0${units[3]}`;
  return parts
    .slice(first, first + 2)
    .flatMap((part, index) => (part > 0 || index === 0 ? [`${part}${units[first + index]}`] : []))
    .join(' ');
}

/** How long something is expected to take: nobody knows the seconds of what takes minutes. */
export function about(seconds: number): string {
  const step = seconds >= 36_000 ? 3_600 : seconds >= 600 ? 60 : seconds >= 60 ? 10 : 1;
  return duration(Math.ceil(seconds / step) * step);
}
