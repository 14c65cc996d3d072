import type { FaultPlan } from '../faults/fault-plan.js';

/** One complete HTTP request. */
export class Call {
  readonly path: string;
  readonly query: URLSearchParams;
  /** The time that WeChat takes for this call. The delays of receipts begin after it. */
  latencyMs = 0;
  /** The errcode of the answer, or 0. */
  errcode = 0;
  /** The effects of fault rules on this call. */
  faults: FaultPlan | undefined;
  #fields: Record<string, unknown> | undefined;
  #parsed = false;

  constructor(
    readonly method: string,
    readonly url: string,
    readonly body: string,
    readonly ip: string,
  ) {
    const mark = url.indexOf('?');
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  }

  /** The body as a JSON object. Undefined if it is anything else. */
  get fields(): Record<string, unknown> | undefined {
    if (!this.#parsed) {
      this.#parsed = true;
      this.#fields = parseObject(this.body);
    }
    return this.#fields;
  }

  /** A text field of the body. Other values count as empty. */
  text(name: string): string {
    const value = this.fields?.[name];
    return typeof value === 'string' ? value : '';
  }
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
