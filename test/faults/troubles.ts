import type { Trouble as HttpTrouble } from '../../demo/stand-ins/common/faults.ts';
import type { System } from './operations.ts';

/** What can happen to one request or statement. */

const SECOND = 1_000;
/** What a limit asks to be waited for (s): longer than the program waits by itself, shorter than it takes for lost. */
const ASKED = 7;
/** When GitHub's limit for the hour is over (s). */
const PRIMARY = 90;

/** `http`: as its stand-in does it. `late`: the answer comes after so long (ms, held clock), the effect at once. `code`: PostgreSQL's. */
export type How =
  | { readonly kind: 'http'; readonly http: (now: number) => HttpTrouble }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'cut'; readonly moment: 'before' | 'after' }
  | { readonly kind: 'silent' | 'refused' };

export interface Trouble {
  /** Short, for a column's head. */
  readonly name: string;
  /** For the legend. */
  readonly meaning: string;
  readonly how: How;
  /** How long it lasts (ms); absent: it happens once. */
  readonly lasts?: number;
  /** Only to writes (`true`), only to these operations (a pattern); absent: to all. */
  readonly on?: true | RegExp;
}

type Spec = HttpTrouble | ((now: number) => HttpTrouble);
const http = (spec: Spec): How => ({ kind: 'http', http: typeof spec === 'function' ? spec : () => spec });
const words = (status: number, message: string, headers: Record<string, string> = {}): HttpTrouble => ({ kind: 'status', status, headers, body: { message } });
const slackSays = (error: string, more: object = {}): HttpTrouble => ({ kind: 'status', status: 200, body: { ok: false, error, ...more } });

/** What happens on any line to anybody. */
const LINE: readonly Trouble[] = [
  { name: '500', meaning: 'a 500, without effect', how: http({ kind: 'status', status: 500 }) },
  { name: '502 after', meaning: 'a 502 though it took effect', how: http({ kind: 'status-after', status: 502 }), on: true },
  { name: 'cut', meaning: 'the connection is cut before anything happened', how: http({ kind: 'cut-before' }) },
  { name: 'cut after', meaning: 'the connection is cut after it took effect, before the answer', how: http({ kind: 'cut-after' }), on: true },
  { name: 'cut within', meaning: 'the connection is cut in the middle of the answer', how: http({ kind: 'cut-middle' }) },
  { name: 'silence', meaning: 'no effect and no answer', how: http({ kind: 'hang' }) },
  { name: 'silence after', meaning: 'it takes effect, no answer comes', how: http({ kind: 'hang-after' }), on: true },
  { name: 'trickle', meaning: 'it takes effect, half of the answer comes and never the rest', how: http({ kind: 'stall' }) },
  { name: 'slow', meaning: 'it takes effect, the answer comes 2 s later', how: { kind: 'late', ms: 2 * SECOND } },
  { name: 'late', meaning: 'it takes effect, the answer comes after 15 s, when the program no longer waits', how: { kind: 'late', ms: 15 * SECOND }, on: true },
  { name: 'garbage', meaning: 'bytes that are no JSON, without effect', how: http({ kind: 'garbage' }) },
  { name: 'page', meaning: "a proxy's page to sign in at, with status 200, without effect", how: http({ kind: 'html' }) },
  { name: 'redirect', meaning: 'a redirect to where one signs in, without effect', how: http({ kind: 'redirect', location: 'http://127.0.0.1:9/sign-in' }) },
  { name: 'truncated', meaning: 'it takes effect, the answer is half as long as it should be', how: http({ kind: 'truncate' }) },
];

const GITHUB: readonly Trouble[] = [
  ...LINE,
  { name: '401', meaning: '"Bad credentials"', how: http(words(401, 'Bad credentials')) },
  { name: '403', meaning: '"Resource not accessible by integration"', how: http(words(403, 'Resource not accessible by integration')) },
  { name: '404', meaning: '"Not Found"', how: http(words(404, 'Not Found')) },
  { name: '410', meaning: '"This was deleted"', how: http(words(410, 'This issue was deleted')) },
  { name: '422', meaning: '"Validation Failed"', how: http(words(422, 'Validation Failed')) },
  { name: '429', meaning: `a 429 that asks to wait ${ASKED} s`, how: http(words(429, 'Too many requests', { 'retry-after': String(ASKED) })) },
  { name: 'secondary', meaning: `GitHub's secondary limit: a 403 that asks to wait ${ASKED} s`, how: http(words(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', { 'retry-after': String(ASKED) })) },
  { name: 'primary', meaning: `GitHub's limit for the hour: a 403 that is over ${PRIMARY} s later`, how: http((now) => words(403, 'API rate limit exceeded for installation ID 1.', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(now / SECOND) + PRIMARY), date: new Date(now).toUTCString() })) },
];

/** Slack's refusals come with status 200; those of an address for answers do not. */
const METHOD = /^(?!response_url)/;
const ADDRESS = /^response_url/;

const SLACK: readonly Trouble[] = [
  ...LINE,
  ...([
    ['401', 'Slack does not accept the token (`invalid_auth`)', slackSays('invalid_auth')],
    ['403', 'a scope is missing (`missing_scope`)', slackSays('missing_scope', { needed: 'chat:write' })],
    ['404', '`channel_not_found`', slackSays('channel_not_found')],
    ['410', '`is_archived`', slackSays('is_archived')],
    ['422', '`invalid_blocks`', slackSays('invalid_blocks')],
    ['secondary', '`ratelimited` with status 200, which does not say for how long', slackSays('ratelimited')],
    ['`internal_error`', "Slack's word for its own trouble, with status 200", slackSays('internal_error')],
  ] as const).map(([name, meaning, spec]): Trouble => ({ name, meaning, how: http(spec), on: METHOD })),
  ...[401, 403, 404, 410, 422].map((status): Trouble => ({ name: String(status), meaning: `a ${status}`, how: http({ kind: 'status', status, body: { ok: false, error: 'used_url' } }), on: ADDRESS })),
  { name: 'not ok', meaning: '`ok: false` with status 200', how: http(slackSays('used_url')), on: ADDRESS },
  { name: '429', meaning: `a 429 that asks to wait ${ASKED} s`, how: http({ kind: 'status', status: 429, headers: { 'retry-after': String(ASKED) }, body: { ok: false, error: 'ratelimited' } }) },
];

const SOURCE: readonly Trouble[] = [
  ...LINE,
  ...[401, 403, 404, 410, 422].map((status): Trouble => ({ name: String(status), meaning: `a ${status}`, how: http({ kind: 'status', status, body: 'no' }) })),
  { name: '429', meaning: `a 429 that asks to wait ${ASKED} s`, how: http({ kind: 'status', status: 429, headers: { 'retry-after': String(ASKED) }, body: 'slow down' }) },
  { name: '304', meaning: 'a 304 though nothing was known before', how: http({ kind: 'status', status: 304, body: '' }) },
  { name: 'empty', meaning: 'a 200 with an empty object', how: http({ kind: 'alter', alter: (answer) => ({ ...answer, body: '{}' }) }) },
];

const STATEMENT = /^(?!connect)/;
const code = (name: string, sqlstate: string, meaning: string, on: Trouble['on'] = STATEMENT): Trouble => ({ name, meaning: `${meaning} (${sqlstate})`, how: { kind: 'code', code: sqlstate }, on });

const POSTGRES: readonly Trouble[] = [
  { name: 'refused', meaning: 'the connection is refused', how: { kind: 'refused' }, on: /^connect/ },
  code('too many', '53300', 'the server has too many connections', /^connect/),
  { name: 'cut', meaning: 'the connection breaks before the statement', how: { kind: 'cut', moment: 'before' }, on: STATEMENT },
  { name: 'cut after', meaning: 'the connection breaks after the statement was carried out, before the answer', how: { kind: 'cut', moment: 'after' }, on: STATEMENT },
  { name: 'silence', meaning: 'no answer', how: { kind: 'silent' } },
  code('time-out', '57014', "the server's own time-out for a statement"),
  code('order', '40001', 'a serialization failure'),
  code('deadlock', '40P01', 'a deadlock'),
  code('restart', '57P01', 'the server ends the connection, as when it is restarted'),
  code('read-only', '25006', 'the server takes no writes', true),
  code('disk full', '53100', 'the disk is full', true),
];

/** What happens once, by system. */
export const TROUBLES: Readonly<Record<System, readonly Trouble[]>> = { GitHub: GITHUB, Slack: SLACK, TestGrid: SOURCE, Prow: SOURCE, PostgreSQL: POSTGRES };

/** How long a trouble lasts that lasts (ms): longer than any warning waits. */
export const LASTS = 7_200_000;

const lasting = (names: readonly string[], all: readonly Trouble[], on: Trouble['on'] | 'all' = 'all'): Trouble[] => names.flatMap((n) => all.filter((t) => t.name === n)
  .map((t) => ({ ...t, name: `${n} for hours`, meaning: `${t.meaning}; for two hours`, lasts: LASTS, ...on !== 'all' && on !== undefined ? { on } : {} })));

/** What lasts, on one kind of operation, by system. */
export const LASTING: Readonly<Record<System, readonly Trouble[]>> = {
  GitHub: [...lasting(['500', '404'], GITHUB), ...lasting(['401', '403', '429'], GITHUB, true)],
  Slack: lasting(['500', '401', '403', '404', '429'], SLACK),
  TestGrid: lasting(['500', 'silence', 'page', '404', 'truncated'], SOURCE),
  Prow: lasting(['500', 'silence', 'page', '404', 'truncated'], SOURCE),
  PostgreSQL: [...lasting(['refused'], POSTGRES), ...lasting(['restart', 'disk full'], POSTGRES, /^(?:insert|claim|begin)/)],
};

/** Whether a trouble can befall the operation. */
export const befalls = ({ on }: Trouble, operation: { readonly name: string; readonly writes: boolean }): boolean =>
  on === undefined || (on === true ? operation.writes || operation.name === 'commit' : on.test(operation.name));
