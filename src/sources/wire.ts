import type { Failure } from './failure.ts';

/** What a conditional request sends, as an earlier answer gave it. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** Counts what was asked and received; one per poll. */
export interface Meter {
  requests: number;
  /** As transferred, before decompression. */
  bytes: number;
}

/** Takes an answer's body piece by piece, decompressed. A failure ends the transfer. */
export interface Sink<T> {
  write(chunk: Buffer): Failure | null;
  end(): { readonly ok: true; readonly value: T } | Failure;
}

export interface GetOptions<T> {
  readonly meter: Meter;
  readonly signal: AbortSignal;
  /** Null: whatever is there now is wanted. */
  readonly validators: Validators | null;
  /** A fresh one for every attempt. */
  readonly sink: () => Sink<T>;
}

export type Fetched<T> =
  | { readonly ok: true; readonly unchanged: false; readonly value: T; readonly validators: Validators | null }
  | { readonly ok: true; readonly unchanged: true }
  | Failure;

export interface Http {
  get<T>(url: URL, options: GetOptions<T>): Promise<Fetched<T>>;
}
