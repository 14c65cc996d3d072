import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { StillAdmitted } from '../../../access/still-admitted.js';
import { until } from '../../../../test/support/stores/redis-process.js';
import { EventStream } from './event-stream.js';
import { StreamAdmissions } from './stream-admissions.js';

const STREAMS = 50;

describe('stream admissions', () => {
  const lines: unknown[][] = [];
  beforeAll(() =>
    Logger.overrideLogger({
      log: () => {},
      error: () => {},
      warn: (...line: unknown[]) => void lines.push(line),
    }),
  );
  afterAll(() => Logger.overrideLogger(false));

  it('stream admissions that nobody can look up are one line of the log, however many streams are open', async () => {
    let asked = 0;
    const lookUp = (): Promise<never> => {
      asked++;
      return Promise.reject(new Error('the database is away'));
    };
    const admissions = new StreamAdmissions({ lookUp } as unknown as StillAdmitted);
    const sockets = Array.from({ length: STREAMS }, () => new PassThrough());
    for (const socket of sockets)
      admissions.keep(new EventStream(socket), { headers: {}, caller: {} as never }, () => true);
    await until('every stream to have asked', () => Promise.resolve(asked >= STREAMS));
    await nextTurn();
    for (const socket of sockets) socket.destroy();
    expect(lines).toEqual([
      [
        { err: new Error('the database is away') },
        'nobody could say whether a stream may go on; asked again soon',
        'StreamAdmissions',
      ],
    ]);
  });
});
