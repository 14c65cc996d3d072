import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

const MOST_BYTES = 8 * 1024;
const DEEPEST = 8;

/** Throws for settings that are more than a page should keep. */
export function refuseLargeSettings(settings: Readonly<Record<string, unknown>>): void {
  if (Buffer.byteLength(JSON.stringify(settings)) <= MOST_BYTES && isShallow(settings, DEEPEST))
    return;
  const message = both(
    `settings 最多 ${MOST_BYTES} 字节（JSON）、${DEEPEST} 层。`,
    `settings has at most ${MOST_BYTES} bytes as JSON, nested at most ${DEEPEST} deep.`,
    { most: MOST_BYTES, deepest: DEEPEST },
  );
  throw new DomainError('unprocessable', 'settings_too_large', message, {
    errors: [{ path: 'settings', code: 'settings_too_large', message }],
  });
}

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1)));
