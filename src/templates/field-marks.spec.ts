import { marksOf, unreadIn } from './field-marks.js';

const namesIn = (content: string): string[] => marksOf(content).marks.map(({ name }) => name);

describe('field-marks', () => {
  it.each([
    ['{{xz_3_0.DATA}}', 'xz_3_0'],
    ['{{3d.DATA}}', '3d'],
    ['{{date. DATA}}', 'date'],
    ['{{date .DATA}}', 'date'],
    ['{{ date.DATA }}', 'date'],
    ['{ {date.DATA} }', 'date'],
    ['{{\u3000date.DATA}}', 'date'],
    ['{{{date.DATA}}}', 'date'],
  ])('a mark of a template may be written %s', (mark, name) => {
    expect(namesIn(`时间：${mark}。`)).toEqual([name]);
    expect(unreadIn(`时间：${mark}。`)).toEqual([]);
  });
});

describe('field-marks', () => {
  it.each([
    ['{{date.data}}', 'date'],
    ['{{date.Data}}', 'date'],
    ['｛｛date.DATA｝｝', 'date'],
    ['{{date．DATA}}', 'date'],
    ['{{date}}', null],
    ['{{Thing-3.DATA}}', null],
    ['{{课程.DATA}}', '课程'],
    ['{{date.DATA}', 'date'],
    ['{{date.DATA', 'date'],
    ['{date.DATA}', 'date'],
    ['{{}}', null],
  ])('what looks like a mark and is none is reported, not dropped: %s', (mark, name) => {
    expect(namesIn(`时间：${mark}`)).toEqual([]);
    expect(unreadIn(`时间：${mark}\n备注：{{remark.DATA}}`)).toEqual([{ mark, name }]);
  });

  it('what looks like a mark and is none is reported once, whole and in its order, and never beyond a bound', () => {
    expect(unreadIn('{{b.data}}{{a.data}}\n{{b.data}}').map(({ mark }) => mark)).toEqual([
      '{{b.data}}',
      '{{a.data}}',
    ]);
    const many = Array.from({ length: 500 }, (_, at) => `{{x${at}.data}}`).join('');
    expect(unreadIn(many).length).toBeLessThanOrEqual(50);
    expect([...(unreadIn(`{{${'长'.repeat(9_000)}}}`)[0]?.mark ?? '')].length).toBe(64);
  });

  it('what looks like a mark and is none is not found in plain text, one brace, or an empty content', () => {
    for (const content of ['', '通知', '{ 一 } ｛二｝', 'a.DATA'])
      expect(unreadIn(content)).toEqual([]);
  });

  it('what looks like a mark and is none is looked for in time proportional to the length, however hostile', () => {
    for (const unit of ['{', '{{', '{ ', '{{a.', '｛｛', '{a', '{a .', ' '])
      expect(unreadIn(unit.repeat(300_000)).length).toBeLessThanOrEqual(50);
  });
});
