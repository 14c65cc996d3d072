import { type Msgid, readMsgid } from '../kernel/ids.js';
import type { WechatAnswer } from '../wechat/answer.js';

type Fields = Readonly<Record<string, string>>;

/** The JSON of a message: all but a few members are the same for every recipient, and are written once. */
export class MessageBody {
  readonly #shared: string;
  readonly #fields: Fields;
  readonly #membersOf: (data: Record<string, { value: string }>) => object;

  /** @param membersOf the members after the recipient's own; JSON leaves out those that are undefined */
  constructor(fields: Fields, membersOf: (data: Record<string, { value: string }>) => object) {
    this.#fields = fields;
    this.#membersOf = membersOf;
    this.#shared = this.#tailOf(fields);
  }

  /** @param own the recipient's own members, as JSON without braces */
  for(own: string, vars: Fields | null): string {
    const tail = vars === null ? this.#shared : this.#tailOf({ ...this.#fields, ...vars });
    return `{${own},${tail}`;
  }

  #tailOf(fields: Fields): string {
    const data = Object.entries(fields).map(([name, value]) => [name, { value }] as const);
    return JSON.stringify(this.#membersOf(Object.fromEntries(data))).slice(1);
  }
}

/** Null where the answer has no valid msgid. The transport reads it as text, because a number could not hold it. */
export const msgidOf = ({ msgid }: WechatAnswer): Msgid | null =>
  typeof msgid === 'string' ? (readMsgid(msgid) ?? null) : null;
