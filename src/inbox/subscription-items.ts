import { type Msgid, readMsgid } from '../kernel/ids.js';
import type { PushFields, PushValue } from '../wechat-auth/push-fields.js';

/** What became of one message. */
export interface SentItem {
  readonly msgid: Msgid;
  /** `success`, or WeChat's words for what went wrong, raw. */
  readonly status: string;
}

/** What somebody said about one template. */
export interface GrantItem {
  readonly kind: 'accepted' | 'rejected';
  readonly templateId: string;
}

/** Where XML puts the items. An example of WeChat's wraps rejections in the first. */
const WRAPPERS = ['SubscribeMsgPopupEvent', 'SubscribeMsgChangeEvent', 'SubscribeMsgSentEvent'];
const TEMPLATE_ID = /^[A-Za-z0-9_-]{1,128}$/;
export const NO_MSGID = 'MsgID is no decimal number below 2^63';
const STATUS = /^\P{Cc}{1,200}$/u;

/** The items of an event that say something, and what is wrong with items that cannot be read. */
export interface ItemsRead<Item> {
  readonly items: readonly Item[];
  readonly faults: readonly string[];
}

/** @param read returns text where something is wrong, and undefined where an item changes nothing */
export function readItems<Item extends object>(
  fields: PushFields,
  read: (item: PushFields) => Item | string | undefined,
): ItemsRead<Item> {
  const listed = itemsOf(fields);
  if (listed.length === 0) return { items: [], faults: ['it has no List'] };
  const all = listed.map((item) => (isFields(item) ? read(item) : 'an item without fields'));
  return {
    items: all.filter((item) => typeof item === 'object'),
    faults: all.filter((item) => typeof item === 'string'),
  };
}

/** XML wraps the items, JSON does not; and one item alone is an object instead of a list. */
function itemsOf(fields: PushFields): (PushValue | undefined)[] {
  const holders = [fields, ...WRAPPERS.map((name) => fields[name])].filter(isFields);
  return holders
    .flatMap(({ List: list }) => [...listOf(list)])
    .filter((item) => item !== undefined);
}

/** Returns text where something is wrong with the item. */
export function sentItemOf(item: PushFields): SentItem | string {
  const msgid = readMsgid(textOf(item['MsgID'] ?? item['MsgId']) ?? '');
  if (msgid === undefined) return NO_MSGID;
  const code = textOf(item['ErrorCode']) ?? '';
  if (!/^-?\d{1,10}$/.test(code)) return 'ErrorCode is no number';
  if (Number(code) === 0) return { msgid, status: 'success' };
  const status = textOf(item['ErrorStatus']) ?? '';
  if (status !== '' && !STATUS.test(status)) return 'ErrorStatus is no short text';
  // Words that contradict the code, or none, must not pass for a success.
  return { msgid, status: /^\s*(success\s*)?$/i.test(status) ? `failed: ${code}` : status };
}

/** Returns text where something is wrong with the item, and undefined where it changes nothing. */
export function popupItemOf(item: PushFields): GrantItem | string | undefined {
  const said = statusOf(item);
  if (typeof said === 'string' || said.kind === 'accepted') return said;
  // A rejection in the popup concerns this time only: what was granted before stays.
  return undefined;
}

/** WeChat pushes rejections only; a rejection takes all grants of the template back. */
export function changeItemOf(item: PushFields): GrantItem | string | undefined {
  const said = statusOf(item);
  if (typeof said === 'string' || said.kind === 'rejected') return said;
  return undefined;
}

function statusOf(item: PushFields): GrantItem | string {
  const templateId = textOf(item['TemplateId']) ?? '';
  if (!TEMPLATE_ID.test(templateId)) return 'TemplateId is no template id';
  switch ((textOf(item['SubscribeStatusString']) ?? '').toLowerCase()) {
    case 'accept':
      return { kind: 'accepted', templateId };
    case 'reject':
      return { kind: 'rejected', templateId };
    default:
      return 'SubscribeStatusString is neither accept nor reject';
  }
}

export const textOf = (value: PushValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const isList = (value: PushValue | undefined): value is readonly PushValue[] =>
  Array.isArray(value);

const listOf = (value: PushValue | undefined): readonly (PushValue | undefined)[] =>
  isList(value) ? value : [value];

const isFields = (value: PushValue | undefined): value is PushFields =>
  typeof value === 'object' && !isList(value);
