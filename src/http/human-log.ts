import type { DestinationStream } from 'pino';

interface LoggedLine {
  readonly level?: number;
  readonly time?: number;
  readonly context?: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string; readonly message?: string };
  readonly [field: string]: unknown;
}

/** What a terminal has. */
interface Terminal {
  write(text: string): unknown;
  hasColors(): boolean;
}

/** Fields that are in every line and interest nobody at a terminal, or that have a place of their own. */
const SHOWN_ELSEWHERE = new Set(['level', 'time', 'pid', 'hostname', 'context', 'msg', 'err']);

const LEVELS: readonly { from: number; word: string; colour: number }[] = [
  { from: 50, word: 'ERROR', colour: 31 },
  { from: 40, word: 'WARN ', colour: 33 },
  { from: 30, word: 'INFO ', colour: 32 },
];
const LOWEST = { word: 'DEBUG', colour: 90 };

/** Log lines for somebody who reads them as they come: the hour, how grave, what, and the particulars. */
export function humanLog(terminal: Terminal): DestinationStream {
  const inColour = (text: string, colour: number): string =>
    terminal.hasColors() ? `\x1b[${colour}m${text}\x1b[0m` : text;
  return {
    write: (json) => {
      const line = parse(json);
      terminal.write(line === undefined ? json : `${humanLine(line, inColour)}\n`);
    },
  };
}

function humanLine(line: LoggedLine, inColour: (text: string, colour: number) => string): string {
  const { level = 0, time = 0, context, msg = '', err } = line;
  const grade = LEVELS.find(({ from }) => level >= from) ?? LOWEST;
  const details = Object.entries(line)
    .filter(([name]) => !SHOWN_ELSEWHERE.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const head = [
    inColour(hourOf(time), 90),
    inColour(grade.word, grade.colour),
    ...(context === undefined ? [] : [inColour(`[${context}]`, 36)]),
    msg,
    ...(details.length === 0 ? [] : [inColour(details.join(' '), 90)]),
  ].join(' ');
  const trace = err?.stack ?? err?.message;
  return trace === undefined ? head : `${head}\n${trace.replace(/^/gm, '    ')}`;
}

function hourOf(time: number): string {
  const at = new Date(time);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function parse(json: string): LoggedLine | undefined {
  try {
    return JSON.parse(json) as LoggedLine;
  } catch {
    return undefined;
  }
}
