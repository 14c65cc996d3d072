/** WeChat answered with an errcode. */
export class WechatRefusal extends Error {
  override readonly name = 'WechatRefusal';
  /** WeChat's id of the request, by which it can be looked up for seven days. */
  readonly rid: string | null;

  constructor(
    readonly path: string,
    readonly errcode: number,
    /** As WeChat wrote it; never to be compared whole, because its end differs with every request. */
    readonly errmsg: string,
    /** The msgid that WeChat may tell beside the errcode of a message under review. */
    readonly msgid: string | null = null,
  ) {
    super(`WeChat refused ${path} with errcode ${errcode}: ${errmsg}`);
    this.rid = /\brid: ?([\w-]+)/.exec(errmsg)?.[1] ?? null;
  }
}

/**
 * No usable answer. With `sent: 'no'` nothing was written, because no connection was made; with `'maybe'` the
 * request was on its way, and only a receipt can tell what became of it.
 */
export class WechatUnreachable extends Error {
  override readonly name = 'WechatUnreachable';

  constructor(
    readonly path: string,
    readonly sent: 'no' | 'maybe',
    override readonly cause: Error,
  ) {
    super(
      sent === 'no'
        ? `${path} could not be sent: ${reasonOf(cause)}`
        : `${path} was sent and not answered: ${reasonOf(cause)}`,
    );
  }
}

/** The caller's `mayWrite` refused at the last moment: nothing was written. */
export class StaleWrite extends Error {
  override readonly name = 'StaleWrite';

  constructor(readonly path: string) {
    super(`${path} was given up right before it would have been written`);
  }
}

/**
 * The message may have reached WeChat, now or in an earlier attempt, and nothing would keep a second one from the
 * phone: it must not be tried again.
 */
export class UnprotectedDoubt extends Error {
  override readonly name = 'UnprotectedDoubt';

  constructor(override readonly cause: Error) {
    super(`perhaps sent, and unsafe to send again: ${cause.message}`);
  }
}

/** No call was made, because it needs something of the recipient that is used up. */
export class NothingToSendWith extends Error {
  override readonly name = 'NothingToSendWith';

  constructor(readonly detail: 'no_form_id') {
    super(`nothing to send with: ${detail}`);
  }
}

/** An `AggregateError` of several tried addresses has no message of its own. */
const reasonOf = (cause: Error): string =>
  cause.message || (cause as NodeJS.ErrnoException).code || cause.name;
