import { axisNumber } from '../../web/src/charts/axis-number.js';
import { type Happening, pausesOf } from '../../web/src/charts/pauses.js';
import { ratesOf, type Sample, thinned } from '../../web/src/charts/rate-points.js';

const sample = (seconds: number, accepted: number, delivered: number): Sample => ({
  at: seconds * 1_000,
  accepted,
  delivered,
  allowed: 50,
  every: 5_000,
});
const speeds = (samples: readonly Sample[]) =>
  ratesOf(samples).map(({ at, accepted, delivered }) => [at / 1_000, accepted, delivered]);

describe('the curve of a broadcast', () => {
  it('the speed between two samples is what came, by the seconds between them', () => {
    expect(speeds([sample(0, 0, 0), sample(5, 100, 50), sample(10, 200, 180)])).toEqual([
      [0, 0, 0],
      [5, 20, 10],
      [10, 20, 26],
    ]);
  });

  it('a first sample a moment after the start was counted over a whole step, and is no burst', () => {
    expect(speeds([sample(4.9, 0, 0), sample(5, 100, 50), sample(10, 200, 100)])).toEqual([
      [4.9, 0, 0],
      [5, 20, 10],
      [10, 20, 10],
    ]);
    const note = { ...sample(10.1, 220, 100), every: 2_000 };
    expect(speeds([sample(5, 100, 50), sample(10, 200, 100), note]).at(-1)).toEqual([10.1, 10, 0]);
  });

  it('what moves after an hour of rest has moved within one step, and was not slow for an hour', () => {
    const rest = [sample(0, 0, 0), sample(5, 100, 100), sample(10, 100, 100)];
    expect(speeds([...rest, sample(3_610, 200, 150)]).slice(3)).toEqual([
      [3_605, 0, 0],
      [3_610, 20, 10],
    ]);
  });

  it('receipts that come alone after a rest are spread over the minute between their samples', () => {
    const rest = [sample(0, 0, 0), sample(5, 100, 40), sample(10, 100, 40)];
    expect(speeds([...rest, sample(3_610, 100, 100)]).slice(3)).toEqual([
      [3_550, 0, 0],
      [3_610, 0, 1],
    ]);
  });

  it('two samples of one moment are one point, and a counter that shrinks is no speed', () => {
    expect(
      speeds([sample(0, 0, 0), sample(5, 100, 0), sample(5, 120, 0), sample(10, 90, 0)]),
    ).toEqual([
      [0, 0, 0],
      [5, 20, 0],
      [10, 0, 0],
    ]);
  });

  it('a table has no more rows than somebody reads, and each is the mean of its points', () => {
    const points = ratesOf(Array.from({ length: 101 }, (_, at) => sample(at * 5, at * 50, 0)));
    const rows = thinned(points, 40);
    expect(rows.length).toBeLessThanOrEqual(40);
    expect(rows.at(-1)).toMatchObject({ at: 500_000, accepted: 10 });
    expect(thinned(points, 1_000)).toEqual(points);
  });

  it('an axis counts in 万 and 亿 for one reader, in thousands and millions for the other', () => {
    expect(
      [950, 12_000, 3_000_000, 250_000_000].map((value) => axisNumber(value, 'zh-CN')),
    ).toEqual(['950', '1.2万', '300万', '2.5亿']);
    expect([950, 12_000, 3_000_000].map((value) => axisNumber(value, 'en'))).toEqual([
      '950',
      '12k',
      '3M',
    ]);
  });
});

describe('the pauses of a broadcast', () => {
  const WANG = { kind: 'operator', id: 1, name: '王芳' };
  const LI = { kind: 'operator', id: 2, name: '李雷' };
  const on = (
    minute: number,
    kind: string,
    data: Happening['data'] = {},
    actor: Happening['actor'] = null,
  ): Happening => ({ at: new Date(minute * 60_000).toISOString(), kind, actor, data });
  const spans = (happenings: readonly Happening[]) =>
    pausesOf(happenings).map(({ from, to }) => [from / 60_000, to === null ? null : to / 60_000]);

  it('pauses that overlap are one, which ends when the last reason is lifted', () => {
    const pauses = pausesOf([
      on(1, 'held', { reason: 'operator' }, WANG),
      on(2, 'held', { reason: 'quota', until: 'tomorrow' }),
      on(3, 'lifted', { reasons: ['operator'] }, WANG),
      on(9, 'lifted', { reasons: ['quota'] }),
    ]);
    expect(pauses).toEqual([
      {
        from: 60_000,
        to: 540_000,
        reasons: [{ reason: 'operator', by: '王芳' }, { reason: 'quota' }],
      },
    ]);
  });

  it('two people who pause are two reasons, and lifting one of them ends nothing', () => {
    const both = [
      on(1, 'held', { reason: 'operator' }, WANG),
      on(2, 'held', { reason: 'operator' }, LI),
      on(3, 'lifted', { reasons: ['operator'] }, LI),
    ];
    expect(spans(both)).toEqual([[1, null]]);
    expect(spans([...both, on(4, 'lifted', { reasons: ['operator'] }, LI)])).toEqual([[1, 4]]);
  });

  it('a word that is said after a pause belongs to it', () => {
    const pauses = pausesOf([
      on(1, 'held', { reason: 'operator' }, WANG),
      on(2, 'held', { reason: 'operator', note: '文案有误' }, WANG),
      on(3, 'lifted', { reasons: ['operator'] }, WANG),
    ]);
    expect(pauses).toEqual([
      {
        from: 60_000,
        to: 180_000,
        reasons: [{ reason: 'operator', by: '王芳', note: '文案有误' }],
      },
    ]);
  });

  it('a pause ends with its broadcast, and one that stands has no end', () => {
    const held = on(1, 'held', { reason: 'problem' });
    expect(spans([held, on(5, 'cancelled')])).toEqual([[1, 5]]);
    expect(spans([held])).toEqual([[1, null]]);
    expect(spans([on(0, 'started'), on(5, 'finished')])).toEqual([]);
  });
});
