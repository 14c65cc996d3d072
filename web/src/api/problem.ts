import { inLanguage } from '../locales/language';

export interface Text {
  readonly code?: string;
  readonly zh: string;
  readonly en: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface FieldFault extends Partial<Text> {
  readonly path: string;
  readonly code: string;
  readonly message?: string;
}

export interface ProblemBody extends Partial<Text> {
  readonly status?: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly FieldFault[];
  readonly [member: string]: unknown;
}

/** What the service refused, in the words that it gave; status 0 where it could not be reached. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: ProblemBody;

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.code ?? String(status));
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'unreachable' : 'error');
    this.body = body;
  }

  /** Whether it may have been done all the same: nobody answered, or the service failed on the way. */
  get isOpen(): boolean {
    return this.status === 0 || this.status >= 500;
  }

  /** Undefined where it said nothing that is meant for people. */
  get words(): string | undefined {
    const { zh, en, detail } = this.body;
    if (zh !== undefined && en !== undefined) return inLanguage({ zh, en });
    return detail;
  }

  faultAt(path: string): string | undefined {
    const fault = this.body.errors?.find((each) => each.path === path);
    if (fault === undefined) return undefined;
    return fault.zh !== undefined && fault.en !== undefined
      ? inLanguage({ zh: fault.zh, en: fault.en })
      : fault.message;
  }

  /** By which the log knows the request. */
  get requestId(): string | undefined {
    return this.body.instance?.replace('urn:uuid:', '');
  }
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, { detail: String(error) });
