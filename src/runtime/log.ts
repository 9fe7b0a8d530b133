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

/** Why the log cannot be written just now, as the system says it; null: it can. */
export const logProblem = (log: Logger): string | null => problems.get(log)?.() ?? null;

/**
 * The program's log: JSON lines, or readable ones on a terminal. Error objects keep name, message and stack only, so
 * that no request with its headers gets in. `secrets`: those that are known, which are written nowhere. A line that cannot be
 * written, for want of room, is lost; that must not end the work.
 */
export function createLog(level: string, readable: boolean, out: NodeJS.WritableStream, secrets: readonly string[] = []): Logger {
  const shown = readable ? pretty.prettyFactory({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }) : (line: string) => line;
  let problem: string | null = null;
  out.on('error', (error: Error) => { problem = error.message; });
  const written = (error?: Error | null): void => { problem = error ? problem ?? error.message : null; };
  const stream = { write: (line: string): void => { out.write(shown(withoutSecrets(inert(line, readable), secrets)), written); } };
  const log = pino({
    level, base: null, timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
    formatters: { level: (label) => ({ level: label }) },
    serializers: {
      err: (error: unknown) => error instanceof Error
        ? { type: error.name, message: error.message, stack: error.stack, ...('status' in error ? { status: error.status } : {}) } : { message: String(error) },
    },
  }, stream);
  problems.set(log, () => problem);
  return log;
}
