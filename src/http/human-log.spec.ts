import pino from 'pino';
import { humanLog } from './human-log.js';

const written = (log: (logger: pino.Logger) => void, colours = false): string => {
  let text = '';
  const terminal = { write: (more: string) => (text += more), hasColors: () => colours };
  log(pino({ level: 'debug' }, humanLog(terminal)));
  return text;
};

describe('the log in a terminal', () => {
  it('the log in a terminal is a line with the hour, the grade, who speaks, and the particulars', () => {
    const text = written((logger) =>
      logger.warn({ context: 'Release', appid: 'wx1', left: 7 }, 'the day has no room'),
    );

    expect(text).toMatch(
      /^\d\d:\d\d:\d\d WARN {2}\[Release\] the day has no room appid=wx1 left=7\n$/,
    );
  });

  it('the log in a terminal shows where an error comes from below its line', () => {
    const text = written((logger) => logger.error(new Error('it broke')));

    expect(text).toMatch(/ERROR it broke\n {4}Error: it broke\n {8}at /);
  });

  it('the log in a terminal has colours only where the terminal has', () => {
    const say = (logger: pino.Logger) => logger.info('hello');

    expect(written(say)).not.toContain('\x1b');
    expect(written(say, true)).toContain('\x1b[32mINFO');
  });
});
