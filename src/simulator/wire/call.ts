import type { FaultPlan } from '../faults/fault-plan.js';

/** One HTTP request, read to its end. */
export class Call {
  readonly path: string;
  readonly query: URLSearchParams;
  /** How long WeChat takes over this call; receipts count their own delay from there. */
  latencyMs = 0;
  /** What it was answered: 0, or the errcode of its refusal. */
  errcode = 0;
  /** What the scripted faults make of this call. */
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

  /** The body as a JSON object; undefined when it is anything else. */
  get fields(): Record<string, unknown> | undefined {
    if (!this.#parsed) {
      this.#parsed = true;
      this.#fields = parseObject(this.body);
    }
    return this.#fields;
  }

  /** A field of the body when it is text, else empty. */
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
