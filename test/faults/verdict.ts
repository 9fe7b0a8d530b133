import { difference } from '../sweep/picture.ts';
import type { Told } from './run.ts';
import { ofGitHub } from './operations.ts';
import { keyOf, type Asked, type Plan } from './watch.ts';

/** What became of an operation that met trouble. */
export const ENDS = [
  'answered', 'again', 'looked, then again', 'looked: it was there', 'waited, then again', 'new token, then again', 'with the next look', 'went on without', 'left out',
  'given up, told', 'refused, told', 'filed anew, told', 'told otherwise', 'believed', 'ended, started again', 'as soon as it is over', 'wrong', 'not met',
] as const;
export type End = (typeof ENDS)[number];

export interface Verdict {
  readonly end: End;
  /** Requests or statements that met the trouble. */
  readonly hits: number;
  /** Why the end is `wrong`, or what is told. */
  readonly why: readonly string[];
}

const MINUTE = 60_000;
/** Later than this it is not the same try any more (ms). */
const NEXT_LOOK = 5 * MINUTE;
/** A wait that is no back-off of the program's own (ms). */
const WAITED = 4_000;

/** What operators are told, and what people are told that it concerns; beside it the world has to be the same. */
const TELLS = /:warning:|:white_check_mark: Over after|^\W*(?:given up|try again)/;
/** How somebody is told that nothing was done because something could not be looked up. */
const DENIES = /could not|cannot be|can't|did not answer|does not answer|not known|Nothing was changed|nothing was changed|was not done|try again/i;

/** How a new issue tells which it continues. */
const CONTINUES = /This continues .*, which is deleted, moved away or full\./;

/** What stands in for a pull request, or for a check run, that may not be made. */
const INSTEAD = /Archsignal cannot open that pull request|`\.github\/archsignal\.yml` has \d+ mistake/;

/** Codes to link an account with, which are new each time; and where somebody was told something alone. */
const tidy = (words: string): string => words.replaceAll(/\/arch link [A-Z0-9]{10}\b/g, '/arch link <code>').replaceAll(/^\S+ to (?:U[A-Z]+|one): /gm, 'to one alone: ');
/** What only adorns what people see: labels of an issue, reviews that were asked for, eyes on a comment, what a pull request's branch is behind. */
const plain = (words: string): string => words.replaceAll(/^archsignal\/(?:de|re)activate\/[^:]*: \[\[.*$/gm, '').replaceAll(/^(#\d+ .*)\[[^\]]*\]/gm, '$1').replaceAll(/ review by .*$/gm, '').replaceAll(/ \S+ eyes$/gm, '').replaceAll(/ +$/gm, '');

/** Whether a read is a look at what a write may have done. */
function looksAt(write: Asked, read: Asked): boolean {
  if (read.operation.writes || read.operation.system !== write.operation.system) return false;
  if (write.operation.system === 'Slack') return read.operation.name.startsWith('conversations.');
  if (write.operation.system === 'PostgreSQL') return true;
  const [of, at] = [write.to, read.to].map((t) => t.replace(/^\S+ /, '').replace('/git/refs', '/git/ref').replace(/\/\d+\/(labels|requested_reviewers|attempts)$/, ''));
  return of !== undefined && at !== undefined && (at === of || at.startsWith(`${of}/`) || of.startsWith(at));
}

/** How the operation was gone on with, in a run that ended as it should. */
function recovery(key: string, plan: Plan, told: Told): End {
  const first = told.asked.findIndex((a) => a.hit && a.key === key);
  const last = told.asked.findLastIndex((a) => a.hit && a.key === key);
  const hit = told.asked[last];
  if (hit === undefined || first < 0) return 'not met';
  if (plan.trouble.lasts !== undefined && last > first) return 'as soon as it is over';
  if (told.failedStarts.length > 0) return 'ended, started again';
  if (plan.trouble.name === 'slow') return 'answered';
  const later = told.asked.slice(last + 1);
  const again = later.findIndex((a) => a.key === hit.key && a.to === hit.to && a.what === hit.what);
  const between = again < 0 ? later : later.slice(0, again);
  const looked = hit.operation.writes && hit.operation.system !== 'PostgreSQL' && between.some((a) => looksAt(hit, a) && a.at - hit.at < NEXT_LOOK);
  const waited = (later[again]?.at ?? Infinity) - hit.at;
  if (again < 0 || (hit.operation.writes && waited >= NEXT_LOOK)) return looked ? 'looked: it was there' : 'went on without';
  if (between.some((a) => a.operation.name.endsWith('/access_tokens')) && plan.trouble.name.startsWith('401')) return 'new token, then again';
  if (looked) return 'looked, then again';
  if (waited >= NEXT_LOOK) return 'with the next look';
  return waited >= WAITED && /429|secondary|primary/.test(plan.trouble.name) ? 'waited, then again' : 'again';
}

const otherThanTold = (lines: readonly string[]): string[] => lines.filter((l) => l.length > 3 && !TELLS.test(l));

/** Lines that the world has twice or more, of those that tell operators something. */
function repeated(picture: string): string[] {
  const lines = picture.split('\n').filter((l) => l.includes(':warning:'));
  return [...new Set(lines.filter((l, i) => lines.indexOf(l) !== i))];
}

/** Whether a row was given up for this operation, by the words of why. */
function isAbout(error: string, key: string, plan: Plan): boolean {
  if (plan.targets.size === 1) return true;
  const [, method, path] = /\b(GET|POST|PUT|PATCH|DELETE) (\/[^\s:]*?)[.:]?(?:\s|$)/.exec(error) ?? [];
  return method !== undefined && path !== undefined && keyOf(ofGitHub(method, path)) === key;
}

/** What is well at a source that could not be read is not mentioned, and what was to be compared with it is told without. */
const isUnmentioned = (line: string, plan: Plan): boolean => /^- +Well on |^[-+] .*(?:passes the same suite|has results of the same suite to compare with)/.test(line)
  && [...plan.targets.keys()].every((k) => /^(?:TestGrid|Prow)/.test(k));

/** How one telling with trouble ended for each operation that met it, beside the undisturbed one. */
export function judge(plan: Plan, peace: Told, told: Told): Map<string, Verdict> {
  const hits = (key: string): number => told.asked.filter((a) => a.hit && a.key === key).length;
  const all = (end: (key: string) => End, why: readonly string[] = []): Map<string, Verdict> =>
    new Map([...plan.targets.keys()].map((key) => [key, { end: hits(key) === 0 ? 'not met' : end(key), hits: hits(key), why }]));
  const wanted = peace.pictures[told.pictures.length - 1] ?? '';
  const wrong: string[] = [
    ...told.deaf.map((d) => `a delivery was given up: ${d}`), ...told.heldBack.map((h) => `held back: ${h}`), ...repeated(told.before).map((l) => `told twice: ${l}`),
    ...told.dead.filter((d) => !isTold(d.key, told, peace)).map((d) => `given up, and nobody was told: ${d.key}: ${d.error}`),
  ];
  const found = tidy(told.pictures.at(-1) ?? '');
  const lines = otherThanTold(difference(tidy(wanted), found)).filter((l) => !isUnmentioned(l, plan));
  if (wrong.length > 0) return all(() => 'wrong', [...wrong, ...lines]);
  if (plan.targets.size === 1 && lines.some((l) => l.startsWith('+') && INSTEAD.test(l))) return all(() => 'told otherwise', lines);
  if (told.stuck !== null) return all(() => 'wrong', [told.stuck, ...lines]);
  if (lines.length === 0) return all((key) => told.dead.some((d) => isAbout(d.error, key, plan)) ? 'given up, told' : recovery(key, plan, told), told.dead.map((d) => d.error));
  if (plan.targets.size === 1 && otherThanTold(difference(plain(tidy(wanted)), plain(found))).length === 0) return all(() => 'left out', lines);
  // Denied for hours, an issue is as good as deleted (behaviour 18).
  if (plan.targets.size === 1 && /^4(?:04|10) for hours/.test(plan.trouble.name) && lines.some((l) => l.startsWith('+') && CONTINUES.test(l))) return all(() => 'filed anew, told', lines);
  // Half a log is a log: what it does not say nobody can know.
  if (plan.trouble.name === 'truncated' && [...plan.targets.keys()].every((k) => /-logs\/|\/logs$/.test(k))) return all(() => 'believed', lines);
  const denied = plan.targets.size === 1 && lines.some((l) => l.startsWith('+') && DENIES.test(l));
  return all(() => denied ? 'refused, told' : 'wrong', [...lines, ...told.dead.map((d) => `given up: ${d.key}: ${d.error}`)]);
}

/** A row that was given up is told as a warning, or is itself a word to somebody about which a log line is all that can be had. */
const isTold = (key: string, told: Told, peace: Told): boolean =>
  told.warnings.some((w) => w.key.includes(key)) || peace.dead.some((d) => d.key === key) || key.startsWith('warning:');
