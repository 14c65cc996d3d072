/** A long list may come slowly as long as it keeps coming: over a phone's connection ten megabytes take minutes. */
interface UploadBounds {
  /** In each such time at least `leastBytes` arrive. */
  readonly everyMs: number;
  readonly leastBytes: number;
  /** Until the body is whole. */
  readonly wholeMs: number;
}

/** What a connection may cost us before its caller is known; in milliseconds where not said otherwise. */
export interface ConnectionBounds {
  /** From the connection, or the request's first byte, until its headers are whole. */
  readonly headersMs: number;
  /** Until its body is whole too. The callback has a shorter bound of its own, and uploads have these. */
  readonly requestMs: number;
  readonly uploads: UploadBounds;
  /** Between two requests. Longer than the 60 s of most proxies, so that the proxy closes the connection first. */
  readonly idleMs: number;
  /** How often `headersMs` and `requestMs` are checked. */
  readonly checkEveryMs: number;
  /** Connections in all; one too many is closed at once. */
  readonly connections: number;
}

export const CONNECTION_BOUNDS: ConnectionBounds = {
  headersMs: 10_000,
  requestMs: 30_000,
  uploads: { everyMs: 10_000, leastBytes: 32 * 1024, wholeMs: 15 * 60_000 },
  idleMs: 72_000,
  checkEveryMs: 1_000,
  connections: 4_000,
};
