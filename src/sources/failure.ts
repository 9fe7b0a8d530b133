/** Why something could not be read. */
export type FailureReason =
  /** The whole answer did not arrive in time. */
  | 'timeout'
  /** The caller ended it (shutdown). */
  | 'aborted'
  /** A status that is no success. */
  | 'http'
  /** 404 or 410, or a text that says so. */
  | 'not-found'
  /** No connection, or one that broke before an answer. */
  | 'network'
  /** The answer is shorter than announced. */
  | 'truncated'
  | 'too-large'
  /** It leads to another host. */
  | 'redirect'
  /** It leads to an address that must not be reached. */
  | 'address'
  | 'not-json'
  /** JSON, but not of the shape that was expected. */
  | 'schema';

/** A failure at an edge, as data. */
export interface Failure {
  readonly ok: false;
  readonly reason: FailureReason;
  /** A clause without capital or full stop: `https://… answered 503 (after 3 attempts)`. */
  readonly message: string;
}

export const failure = (reason: FailureReason, message: string): Failure => ({ ok: false, reason, message });

/** What became of a request that has neither answer nor error. */
export const WITHOUT_ANSWER = 'the connection was closed before an answer';

/** Bytes for a person: `64 MiB`. */
export const bytesText = (bytes: number): string =>
  bytes >= 1 << 20 ? `${Number((bytes / (1 << 20)).toFixed(1))} MiB` : bytes >= 1024 ? `${Number((bytes / 1024).toFixed(1))} KiB` : `${bytes} bytes`;
