import { type Msgid, readMsgid } from '../kernel/ids.js';
import type { WechatAnswer } from '../wechat/answer.js';

type Fields = Readonly<Record<string, string>>;

/** The JSON of a message, of which all but a few members is the same for every recipient. */
export class MessageBody {
  readonly #shared: string;
  readonly #fields: Fields;
  readonly #membersOf: (data: Record<string, { value: string }>) => object;

  /** @param membersOf what follows the recipient's own members; what is undefined is left out */
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

/** Null where WeChat told none that could be one; it is text already, for a number could not hold it. */
export const msgidOf = ({ msgid }: WechatAnswer): Msgid | null =>
  typeof msgid === 'string' ? (readMsgid(msgid) ?? null) : null;
