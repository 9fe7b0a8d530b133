import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { withoutSecrets } from './secrets.ts';

/** Where secrets may stand in what is logged: request headers of failed calls, the environment. Never written out. */
const SECRET_PATHS = ['authorization', 'token', 'privateKey', 'webhookSecret', 'signingSecret', 'botToken', 'password']
  .flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);

/** What steers a terminal or turns the reading direction and is written as it is into JSON. */
const STEERS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** What JSON writes out and a readable line would write as it is: control characters, line ends and tabs aside. */
const ESCAPED = /(?<!\\)((?:\\\\)*)\\(?:u00(?:0[0-8bcef]|1[0-9a-f])|[bfr])/gi;

/** A JSON line that no text from outside in it can use to steer a terminal; `readable`: it will be decoded. */
const inert = (line: string, readable: boolean): string => readable
  ? line.replace(STEERS, '\ufffd').replace(ESCAPED, '$1\ufffd')
  : line.replace(STEERS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Of each log, why its last line could not be written. */
const problems = new WeakMap<Logger, () => string | null>();

/** That the log cannot be written just now, why, and what to do, as sentences; null: it can. */
export const logProblem = (log: Logger): string | null => problems.get(log)?.() ?? null;

/**
 * How much may wait for whoever reads the log (bytes; a pipe that nobody empties is full after 64 KiB): lines that come then are lost,
 * because a reader that hangs for days must not cost the memory of days.
 */
const MOST_WAITING = 1024 * 1024;

const HANGS = 'Nobody reads the log, and no more of it can wait: what reads it (a collector, a pager, a terminal that is held) hangs. Lines are lost until it goes on; all else goes on.';

/** Hands lines to where the log goes; how many were lost is told, in a line of its own, once half of what waits was read. */
class Outlet {
  readonly #out: NodeJS.WritableStream & { readonly writableLength?: number };
  readonly #tellLost: (lines: number) => void;
  #lost = 0;
  /** Why the last line could not be written, as the system says it. */
  #error: string | null = null;

  constructor(out: NodeJS.WritableStream, tellLost: (lines: number) => void) {
    this.#out = out;
    this.#tellLost = tellLost;
    out.on('error', (error: Error) => { this.#error = error.message; });
  }

  /** That lines do not get through, and what to do, as sentences; null: they do. */
  get problem(): string | null {
    if (this.#error !== null) return `The log cannot be written (${this.#error}). All else goes on. Make room where it is kept.`;
    return this.#lost > 0 && this.#waiting > MOST_WAITING / 2 ? HANGS : null;
  }

  get #waiting(): number { return this.#out.writableLength ?? 0; }

  write(line: string): void {
    const lost = this.#lost;
    if (this.#waiting > (lost > 0 ? MOST_WAITING / 2 : MOST_WAITING)) {
      this.#lost += 1;
      return;
    }
    this.#lost = 0;
    if (lost > 0) this.#tellLost(lost);
    this.#out.write(line, (error?: Error | null) => { this.#error = error ? this.#error ?? error.message : null; });
  }
}

/**
 * The program's log: JSON lines, or readable ones on a terminal. Error objects keep name, message and stack only, so
 * that no request with its headers gets in. `secrets`: those that are known, which are written nowhere. A line that cannot be
 * written, for want of room or of anybody who reads, is lost; that must not end the work.
 */
export function createLog(level: string, readable: boolean, out: NodeJS.WritableStream, secrets: readonly string[] = []): Logger {
  const shown = readable ? pretty.prettyFactory({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }) : (line: string) => line;
  const outlet = new Outlet(out, (lines) => { log.warn(`${lines} ${lines === 1 ? 'line' : 'lines'} of the log, up to here, went missing: nobody read it`); });
  const stream = { write: (line: string): void => { outlet.write(shown(withoutSecrets(inert(line, readable), secrets))); } };
  const log: Logger = pino({
    level, base: null, timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
    formatters: { level: (label) => ({ level: label }) },
    serializers: {
      err: (error: unknown) => error instanceof Error
        ? { type: error.name, message: error.message, stack: error.stack, ...('status' in error ? { status: error.status } : {}) } : { message: String(error) },
    },
  }, stream);
  problems.set(log, () => outlet.problem);
  return log;
}
