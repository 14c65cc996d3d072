import { localTime, zoneNamed } from './time-zone.js';

describe('a time zone', () => {
  it.each([
    ['Asia/Shanghai', 'Asia/Shanghai'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['+08:00', undefined],
    ['Asia/Atlantis', undefined],
    ['', undefined],
  ])('the time zone %j is %j', (name, zone) => {
    expect(zoneNamed(name)).toBe(zone);
  });

  it('a time zone says for people when something is', () => {
    expect(localTime(new Date('2026-12-01T01:00:30Z'), 'Asia/Shanghai')).toBe(
      '2026-12-01 09:00 (Asia/Shanghai)',
    );
  });
});
