import { both } from '../kernel/bilingual.js';
import type { FieldFault } from '../kernel/domain-error.js';
import { meantBy } from './near-names.js';

/**
 * A member that nobody knows. `template_id` where there is a `templateId` is that one, written otherwise.
 *
 * @param path ends with the name as it was written
 * @param known the names that there are
 */
export function unknownField(path: string, written: string, known: readonly string[]): FieldFault {
  const near = meantBy(written, known);
  const meant = `${path.slice(0, path.length - written.length)}${near}`;
  const message =
    near === undefined
      ? both('没有这个字段，请去掉。', 'There is no such field.')
      : both(`没有这个字段，应为 ${meant}。`, `There is no such field: it is called ${meant}.`, {
          meant,
        });
  return { path, code: 'unknown_field', message };
}
