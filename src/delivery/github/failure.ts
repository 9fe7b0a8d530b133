import { z } from 'zod';

/**
 * `unreachable`: no answer (connection, time-out). `garbage`: a success whose body is not what was asked for.
 * `moved`: a redirect that leads out of the repository. `credentials`: the App's own id or key is unusable.
 */
export type FailureKind = 'unreachable' | 'server' | 'garbage' | 'unauthorised' | 'limited' | 'forbidden' | 'missing' | 'moved' | 'refused' | 'credentials';

/** Why a request to GitHub did not do what it should, as data. */
export interface Failure {
  readonly kind: FailureKind;
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
  /** One sentence for a person, with GitHub's own words where it had any. */
  readonly reason: string;
  /** Milliseconds that the answer asked us to wait; null: it asked for none. */
  readonly after: number | null;
  /** Where a redirect leads that was not followed. */
  readonly location?: string;
  /** Of a limit: the hourly one; one whose end the answer said; one of which it did not say so, and `after` is GitHub's advice for that. */
  readonly limit?: 'primary' | 'secondary' | 'guess';
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** GitHub's primary limit resets within the hour; a later reset is a wrong clock. */
const LONGEST_RESET = 61 * MINUTE;
/** A limit that was to be over longer ago than this is in force all the same: the moment that was told is wrong. */
const LATE = 3 * SECOND;
const LONGEST_RETRY_AFTER = 24 * 60 * MINUTE;

const httpError = z.object({
  name: z.string(),
  message: z.string(),
  status: z.number().optional(),
  request: z.object({ method: z.string(), url: z.string() }).optional(),
  response: z.object({ status: z.number(), headers: z.record(z.string(), z.unknown()), data: z.unknown() }).optional(),
});
type HttpError = z.output<typeof httpError>;

/** Reads what Octokit threw. `now` (epoch ms) stands in where the answer carries no date. */
export function failureOf(error: unknown, now: number): Failure {
  const parsed = httpError.safeParse(error);
  if (!parsed.success) return { kind: 'credentials', status: null, after: null, reason: `The request could not be made: ${String(error)}.` };
  const { data } = parsed;
  if (data.response) return answered(data, data.response, now);
  const network = data.status !== undefined || data.name === 'AbortError' || data.name === 'TimeoutError';
  if (!network) return { kind: 'credentials', status: null, after: null, reason: `The App's id and private key could not be used to sign: ${short(data.message)}.` };
  const late = /timeout|aborted/i.test(`${data.name} ${data.message}`);
  return { kind: 'unreachable', status: null, after: null, reason: `GitHub did not answer ${what(data)}: ${late ? 'time-out' : short(data.message)}.` };
}

function answered(error: HttpError, response: NonNullable<HttpError['response']>, now: number): Failure {
  const { status } = response;
  const message = messageOf(response.data);
  const base = { status, after: null, reason: `GitHub answered ${status} to ${what(error)}${message === '' ? '' : `: ${message}`}.` };
  if (status === 401) return { ...base, kind: 'unauthorised' };
  if (status === 403 || status === 429) return refusedOrLimited(base, response.headers, message, now);
  if (status === 410 && ISSUES_OFF.test(message)) return { ...base, kind: 'forbidden', reason: `Issues are switched off in the repository, so nothing can be filed or told there. Switch them on in its settings (General, Features), or name another \`repo\` in the configuration. ${base.reason}` };
  if (status === 404 || status === 410) return { ...base, kind: 'missing', reason: `${uninstalled(error, message)}${base.reason}` };
  if (status >= 500 || status === 408) return { ...base, kind: 'server', after: retryAfter(response.headers, now) };
  return { ...base, kind: 'refused' };
}

/** What GitHub says of every issue, which are all there still, where a repository has its issues switched off. */
const ISSUES_OFF = /^issues (?:are|has been|have been) disabled/i;

/** What it means that GitHub knows no installation of the App on a repository; empty: that was not asked. */
function uninstalled(error: HttpError, message: string): string {
  const repo = /\/repos\/([^/]+\/[^/]+)\/installation$/.exec(URL.parse(error.request?.url ?? '')?.pathname ?? '')?.[1];
  return repo === undefined || /integration/i.test(message) ? '' : `The App is not installed on ${repo}, or that repository is gone: once it is installed, what was given up is tried again by itself. `;
}

type Headers = Readonly<Record<string, unknown>>;

/** A header's text; empty where it is not there. */
function header(headers: Headers, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

const GUESSES: readonly [RegExp, string][] = [[/ GET [^ ]*\/(?:contents|git|compare)\//, 'contents: read'], [/\/contents\/\.github(?:\/|%2F)workflows/i, 'workflows: write'], [/\/(?:contents|git)\//, 'contents: write'], [/\/repos\/[^/]+\/[^/]+\/pulls/, 'pull_requests: write'], [/ GET [^ ]*\/check-runs/, 'checks: read'], [/\/check-runs/, 'checks: write'], [/\/statuses/, 'statuses: read'], [/\/actions\//, 'actions: read'], [/\/branches\/[^/]+\/protection/, 'administration: read'], [/\/branches\/|\/commits(?:$|[^/])/, 'contents: read'], [/\/orgs\//, 'members: read']];

function refusedOrLimited(base: Omit<Failure, 'kind'>, headers: Headers, message: string, now: number): Failure {
  const asked = retryAfter(headers, now);
  const used = header(headers, 'x-ratelimit-remaining') === '0';
  if (asked !== null) return { ...base, kind: 'limited', after: asked, limit: used ? 'primary' : 'secondary' };
  if (/not accessible by (integration|personal access token)/i.test(message)) return { ...base, kind: 'forbidden', reason: `${base.reason} ${permission(headers, base.reason)}` };
  if (used) return { ...base, kind: 'limited', ...untilReset(headers, now) };
  if (base.status === 429 || /rate limit|abuse detection/i.test(message)) return { ...base, kind: 'limited', after: MINUTE, limit: 'guess' };
  if (/suspended/i.test(message)) return { ...base, kind: 'forbidden', reason: `The App's installation is suspended: who administers the account can unsuspend it (its settings, GitHub Apps, Configure); what was given up meanwhile is tried again by itself then. ${base.reason}` };
  if (/archived/i.test(message)) return { ...base, kind: 'forbidden', reason: `The repository is archived, so nothing can be written there. Unarchive it, or name another \`repo\` in the configuration. ${base.reason}` };
  if (/\bIP allow list\b/i.test(message)) return { ...base, kind: 'forbidden', reason: `The organisation or enterprise lets in listed addresses alone (its IP allow list), and this server's is none of them: who administers it can enter the address there; then \`archsignal outbox retry --all\` makes what was given up. ${base.reason}` };
  return { ...base, kind: 'forbidden' };
}

const LACKS = 'The App\'s installation lacks the permission';

/** The permission that a refused request lacked: as GitHub names it, else by what was asked for. */
function permission(headers: Headers, request: string): string {
  const needed = header(headers, 'x-accepted-github-permissions');
  const named = `\`${needed === '' ? GUESSES.find(([path]) => path.test(request))?.[1] ?? 'issues: write' : short(needed)}\``;
  return `${LACKS} ${named}: grant it on the App's settings page, then accept it for the installation.`;
}

/** Whether what GitHub refused takes a permission that the App was not granted: anything else of that kind is mended elsewhere. */
export const lacksPermission = ({ kind, reason }: Failure): boolean => kind === 'forbidden' && reason.includes(LACKS);

/** `Retry-After` in milliseconds, given as seconds or as a date; null without one. */
function retryAfter(headers: Headers, now: number): number | null {
  const raw = header(headers, 'retry-after');
  if (raw === '') return null;
  const seconds = Number(raw);
  const ms = Number.isFinite(seconds) ? seconds * SECOND : Date.parse(raw) - answerTime(headers, now);
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER);
}

/**
 * Milliseconds until the primary limit resets, by the answer's own clock, with a second on top for its rounding. A reset that is long
 * over says nothing, and who goes by it asks once a second for an hour.
 */
function untilReset(headers: Headers, now: number): Required<Pick<Failure, 'after' | 'limit'>> {
  const reset = Number(header(headers, 'x-ratelimit-reset') || Number.NaN) * SECOND;
  if (!Number.isFinite(reset)) return { after: MINUTE, limit: 'primary' };
  const left = reset - answerTime(headers, now);
  return left < -LATE ? { after: MINUTE, limit: 'guess' } : { after: Math.min(Math.max(left, 0) + SECOND, LONGEST_RESET), limit: 'primary' };
}

function answerTime(headers: Headers, now: number): number {
  const date = Date.parse(header(headers, 'date'));
  return Number.isNaN(date) ? now : date;
}

/** GitHub's own words, with what it said of single fields; a page of HTML says nothing. */
function messageOf(data: unknown): string {
  const parsed = z.object({ message: z.string(), errors: z.unknown().optional() }).safeParse(data);
  if (!parsed.success) return typeof data === 'string' && !data.trimStart().startsWith('<') ? short(data) : '';
  const { message, errors = [] } = parsed.data;
  const details = (Array.isArray(errors) ? errors : [errors]).filter((e) => e !== null).slice(0, 5).map((e) => typeof e === 'string' ? e : JSON.stringify(e));
  return short([message, ...details].join('; '));
}

/** The request in a few words, without host and query. */
function what(error: HttpError): string {
  if (!error.request) return 'a request';
  const path = URL.parse(error.request.url)?.pathname ?? error.request.url;
  return `${error.request.method} ${short(path)}`;
}

const short = (text: string): string => {
  const flat = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return flat.length > 300 ? `${flat.slice(0, 299)}…` : flat;
};
