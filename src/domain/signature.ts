import type { PlatformId } from './platform.ts';

/**
 * How lines of a build's log name a platform: literal text with placeholders, so that nothing that an editor writes can take
 * longer than the text is long. Data: `config/signatures.yml`.
 *
 * `{platform}`: a platform in any common spelling; `{platforms}`: several, with commas between; `{triplet}`: a compiler's
 * triplet; `{os}` and `{arch}`: the words of one, Linux where no system is named; `{arm}`: the number of an ARM variant.
 */
export interface Signature {
  readonly name: string;
  /** What such a line shows, as people are told: `a cross-compiler`. */
  readonly says: string;
  readonly match: readonly string[];
  /** Looked for anywhere on a line that matches: what `match` leaves out of the platform's name. */
  readonly completed: readonly string[];
  /** Where `match` names none: the platforms that it may be, of which a project mostly tracks one. */
  readonly platforms: readonly PlatformId[];
  /** It may as well name the machine that builds, so what it says of the reference platform counts for nothing. */
  readonly mayBeHost: boolean;
  readonly examples: SignatureExamples;
}

/** Lines that a signature is held to. */
export interface SignatureExamples {
  readonly points: readonly { readonly line: string; readonly at: readonly PlatformId[] }[];
  readonly silent: readonly string[];
}

/** Everything by which a log is read. */
export interface Signatures {
  /** Literal texts, letter case aside: a line with one of them says that something failed. */
  readonly errors: { readonly match: readonly string[]; readonly points: readonly string[]; readonly silent: readonly string[] };
  readonly signatures: readonly Signature[];
}

/** What may stand in braces. */
export const PLACEHOLDERS = ['platform', 'platforms', 'triplet', 'os', 'arch', 'arm'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** A line of a log that names platforms. */
export interface LogLine {
  /** From 1, as the log's viewer counts. */
  readonly line: number;
  /** One line, without control characters, shortened around what was found. */
  readonly excerpt: string;
}

export interface LogEvidence extends LogLine {
  readonly platform: PlatformId;
  /** The signature's name and what it shows. */
  readonly signature: string;
  readonly says: string;
  /** It stands on a line that says that something failed, and not only near one. */
  readonly onError: boolean;
}

/**
 * What a log says of the platform whose build failed. `one`: no other platform is named where it failed. `several`: at
 * least two are. `none`: nothing there names a platform, or nothing failed.
 */
export type Pointing =
  | { readonly kind: 'one'; readonly platform: PlatformId; /** `high`: named by the failing lines themselves; `low`: only near them. */ readonly confidence: 'high' | 'low'; readonly error: LogLine; readonly evidence: readonly LogEvidence[] }
  | { readonly kind: 'several'; readonly platforms: readonly PlatformId[]; readonly error: LogLine; readonly evidence: readonly LogEvidence[] }
  | { readonly kind: 'none'; /** The first failing line; null: no line says that something failed. */ readonly error: LogLine | null };
