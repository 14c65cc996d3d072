import { eventWords } from './event-words.js';

describe('what happened to a broadcast, in words', () => {
  it('what has changed is called as people call it, each thing once, and as the API calls it where nobody has a word', () => {
    const changed = ['name', 'fields', 'content', 'sendsPerSecond', 'newMember'];
    expect(eventWords('changed', { changed })).toMatchObject({
      zh: '已修改：名称、内容、限速、newMember。',
      en: 'Changed: name, content, speed limit, newMember.',
      params: { members: 'name, fields, content, sendsPerSecond, newMember' },
    });
  });

  it('a time is told in the zone in which it was named, in Beijing where none was', () => {
    const startAt = '2026-12-01T01:00:00.000Z';
    expect(eventWords('scheduled', { startAt, startZone: null })).toMatchObject({
      zh: '已定时：2026-12-01 09:00（北京时间）。',
      en: 'Scheduled for 2026-12-01 09:00 (Beijing time).',
      params: { startAt },
    });
    expect(eventWords('scheduled', { startAt, startZone: 'Europe/Berlin' }).zh).toBe(
      '已定时：2026-12-01 02:00 (Europe/Berlin)。',
    );
  });

  it('a start that can still be taken back is not called a schedule', () => {
    const startAt = '2026-12-01T01:00:00.000Z';
    expect(eventWords('scheduled', { startAt, undoUntil: startAt }).zh).toContain('撤销');
    expect(eventWords('scheduled', { startAt, undoUntil: '2026-12-01T00:59:00.000Z' }).zh).toBe(
      '已定时：2026-12-01 09:00（北京时间）。',
    );
  });

  it('numbers of people are grouped, as everywhere', () => {
    expect(eventWords('finished', { total: 947_986 })).toMatchObject({
      zh: '已发完，共 947,986 人。',
      params: { total: 947_986 },
    });
  });
});
