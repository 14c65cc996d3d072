import { startWords } from './start-words.js';

const facts = { url: 'http://127.0.0.1:3000', roles: ['api'] };

describe('startWords', () => {
  it('the address that a newcomer begins with stands last and alone, with what to do with it', () => {
    const console = 'http://127.0.0.1:3000/#setup=once';
    const lines = startWords({ ...facts, console })
      .trim()
      .split('\n');

    expect(lines.at(-1)).toBe(`    ${console}`);
    expect(lines.at(-3)).toContain('从这里开始');
    expect(lines.filter((line) => line.includes(console))).toHaveLength(1);
  });

  it('a later start tells the address of the console among its facts, and begins nothing', () => {
    const words = startWords({ ...facts, console: 'http://127.0.0.1:3000/' });

    expect(words).toContain('控制台 console  http://127.0.0.1:3000/\n');
    expect(words).not.toContain('从这里开始');
  });
});
