import type { Change } from './change.js';
import type { Shown } from './audit.tables.js';
import { type FieldChange, fieldDiff } from './field-diff.js';
import { shownValue } from './shown-value.js';

/** Of `before` and `after` together, in bytes of JSON. */
const MOST_BYTES = 4_096;
/** The member that tells how many others were left out. */
const LEFT_OUT = '…';

export interface ShownChanges {
  readonly before: Shown | null;
  readonly after: Shown | null;
  readonly cut: boolean;
}

/** What an entry shows of a change; undefined where nothing changed. */
export function shownChanges({
  before,
  after,
}: Pick<Change, 'before' | 'after'>): ShownChanges | undefined {
  if (before === undefined && after === undefined) return NOTHING_TOLD;
  const changes = fieldDiff(before ?? {}, after ?? {});
  if (changes.length === 0 && before !== undefined && after !== undefined) return undefined;
  return bounded(changes, before !== undefined, after !== undefined);
}

const NOTHING_TOLD: ShownChanges = { before: null, after: null, cut: false };

/** Members are taken in their order while there is room; how many were left out is told. */
function bounded(
  changes: readonly FieldChange[],
  hasBefore: boolean,
  hasAfter: boolean,
): ShownChanges {
  const before: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  let [room, cut, leftOut] = [MOST_BYTES - 64, false, 0];
  for (const change of changes) {
    const name = change.path.at(-1) ?? '';
    const path = change.path.join('.');
    const [was, is] = [shownValue(name, change.before), shownValue(name, change.after)];
    const bytes = (hasBefore ? size(path, was.value) : 0) + (hasAfter ? size(path, is.value) : 0);
    if (bytes > room) {
      leftOut += 1;
      continue;
    }
    room -= bytes;
    cut ||= was.cut || is.cut;
    before[path] = was.value;
    after[path] = is.value;
  }
  if (leftOut > 0) before[LEFT_OUT] = after[LEFT_OUT] = leftOut;
  return {
    before: hasBefore ? before : null,
    after: hasAfter ? after : null,
    cut: cut || leftOut > 0,
  };
}

/** `"path":value,` */
const size = (path: string, value: unknown): number =>
  Buffer.byteLength(JSON.stringify(path)) + Buffer.byteLength(JSON.stringify(value)) + 2;
