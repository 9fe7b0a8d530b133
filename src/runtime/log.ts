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

/**
 * The program's log: JSON lines, or readable ones on a terminal. Error objects keep name, message and stack only, so
 * that no request with its headers gets in. `secrets`: those that are known, which are written nowhere.
 */
export function createLog(level: string, readable: boolean, out: NodeJS.WritableStream, secrets: readonly string[] = []): Logger {
  const sink = readable ? pretty({ colorize: true, destination: out as never, sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }) : out;
  const stream = { write: (line: string): void => { sink.write(withoutSecrets(inert(line, readable), secrets)); } };
  return pino({
    level, base: null, timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
    formatters: { level: (label) => ({ level: label }) },
    serializers: {
      err: (error: unknown) => error instanceof Error
        ? { type: error.name, message: error.message, stack: error.stack, ...('status' in error ? { status: error.status } : {}) } : { message: String(error) },
    },
  }, stream);
}
