import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FILE = 'static/locales/zh-CN/messages.json';

/** Where the board's page asks for its Chinese words. */
export const BOARD_WORDS_PATH = `/${FILE}`;

interface Words {
  readonly DASHBOARD: Readonly<Record<string, string>>;
  readonly QUEUE: Readonly<Record<string, string>>;
}

/** The board's own Chinese words, but for two sentences into which it puts the English name of a state. */
export function boardWords(): object {
  const folder = join(createRequire(import.meta.url).resolve('@bull-board/ui/package.json'), '..');
  const words = JSON.parse(readFileSync(join(folder, 'dist', FILE), 'utf8')) as Words;
  return {
    ...words,
    DASHBOARD: { ...words.DASHBOARD, EMPTY_STATE_FILTERED: '没有队列有这样的作业。' },
    QUEUE: { ...words.QUEUE, EMPTY_STATE: '这里现在没有作业。' },
  };
}
