import { columnsOf } from './terminal-columns.js';
import type { DemoBroadcast } from './demo-broadcast.js';

const MAX_WIDTH = 40;
const LABEL_COLUMNS = 22;
const NUMBER_COLUMNS = 8;

/** Draws how a broadcast ended: what was sent, what arrived, and what became of the rest. */
export function funnel({ total, counts, errors }: DemoBroadcast, columns = 80): string {
  // Spaces take two columns before the label, and three around the number. Some terminals wrap at their last column.
  const available = columns - 1 - (2 + LABEL_COLUMNS + 1 + NUMBER_COLUMNS + 2);
  const width = Math.max(0, Math.min(MAX_WIDTH, available));
  const accepted = counts.accepted + counts.delivered + counts.blocked + counts.failed;
  const lines: [string, number][] = [
    ['recipients 接收人', total],
    ['accepted   微信已受理', accepted],
    ['delivered  已送达', counts.delivered],
  ];
  const rest: [string, number][] = [
    ['blocked    用户拒收', counts.blocked],
    ['failed     送达失败', counts.failed],
    ['refused    微信拒绝', counts.refused],
    ['unknown    结果未知', counts.unknown],
    ['reviewing  微信审核', counts.reviewing],
    ['awaiting   等待回执', counts.accepted],
  ];
  const line = ([label, n]: [string, number]): string =>
    `  ${pad(label, LABEL_COLUMNS)} ${String(n).padStart(NUMBER_COLUMNS)}  ${'#'.repeat(Math.round((n / Math.max(1, total)) * width))}`.trimEnd();
  const refusals = errors.map(
    ({ errcode, count, meaning }) =>
      `  ${String(errcode).padStart(6)} × ${count}  ${meaning.zh} ${meaning.en}`,
  );
  return [
    '',
    ...lines.map(line),
    '',
    ...rest.map(line),
    ...(refusals.length > 0 ? ['', ...refusals] : []),
    '',
  ].join('\n');
}

function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}
