import type { LedgerMessageView } from '../simulator/reports/ledger-page.js';
import type { Template } from '../simulator/templates/template.js';

/** One row of a message: what stands before the value, and the value. */
export interface PhoneRow {
  readonly label: string;
  readonly value: string;
}

/** A message as a phone shows it. */
export interface PhoneMessage {
  readonly msgid: string;
  readonly at: Date;
  readonly templateId: string;
  readonly title: string;
  readonly rows: readonly PhoneRow[];
  readonly url: string | null;
  readonly miniprogram: { readonly appid: string; readonly pagepath: string } | null;
}

const MARK = /\{\{\s*([A-Za-z0-9_]+)\s*\.\s*DATA\s*\}\}/g;

/** Undefined for what no phone shows: a message that failed, or has not arrived yet. */
export function phoneMessage(
  { msgid, templateId, content, status, finishedAt }: LedgerMessageView,
  template: Template | undefined,
  now: number,
): PhoneMessage | undefined {
  const at = new Date(finishedAt);
  if (status !== 'success' || at.getTime() > now || content === undefined) return undefined;
  return {
    msgid,
    at,
    templateId,
    title: template?.title ?? '',
    rows: rowsOf(template?.content ?? '', content.values),
    url: content.url ?? null,
    miniprogram: content.miniprogram === undefined ? null : linkOf(content.miniprogram),
  };
}

/** WeChat shows neither `first` nor `remark` nor colours: their values have not come so far. */
function rowsOf(content: string, values: Readonly<Record<string, string>>): PhoneRow[] {
  return content.split('\n').flatMap((line) => {
    const fields = [...line.matchAll(MARK)].map(([, field = '']) => field);
    if (fields.every((field) => values[field] === undefined)) return [];
    const [before = ''] = line.split('{{', 1);
    const value = line
      .slice(before.length)
      .replaceAll(MARK, (_, field: string) => values[field] ?? '');
    return [{ label: before.replace(/[\s:：]+$/u, '').trim(), value: value.trim() }];
  });
}

function linkOf(json: string): PhoneMessage['miniprogram'] {
  const { appid, pagepath } = JSON.parse(json) as { appid?: unknown; pagepath?: unknown };
  return typeof appid === 'string'
    ? { appid, pagepath: typeof pagepath === 'string' ? pagepath : '' }
    : null;
}
