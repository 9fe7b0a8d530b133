import ms from 'ms';
import { validate as isCronLine } from 'node-cron';
import { z } from 'zod';
import { KNOWN_PLATFORMS, parsePlatform } from '../domain/platform.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Every, Handle } from '../domain/project.ts';
import { quote } from './finding.ts';
import { nearest } from '../domain/suggest.ts';

/** What a kind of value is called in messages and in the JSON Schema. */
interface Kind {
  /** `a duration with its unit`. */
  readonly expected: string;
  readonly examples: readonly [string, ...string[]];
  readonly pattern: RegExp;
  /** More about a certain wrong text, `; …`, or nothing. */
  readonly hint?: (text: string) => string;
}

/** `expected a duration with its unit, such as `48h`; found "48"`; the example as it is written in the file. */
export const expectation = (expected: string, example: string | number | undefined, found: string): string =>
  `expected ${expected}${example === undefined || expected.includes(String(example)) ? '' : `, such as \`${written(example)}\``}; found ${found}`;

/** A value as YAML wants it: what begins with @, # or * stands in quotes. */
export const written = (example: string | number): string => typeof example === 'string' && /^[@#*]/.test(example) ? `"${example}"` : String(example);

const complaint = (kind: Kind, found: string): string => expectation(kind.expected, kind.examples[0], quote(found)) + (kind.hint?.(found) ?? '');

/** What no name has, and what would not come back from an address, a store or a screen as it was: control characters, halves of characters, turned reading directions. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** Text of a certain form. */
const text = (kind: Kind) => z.string().regex(kind.pattern, { error: (issue) => complaint(kind, String(issue.input)), abort: true })
  .refine((found) => !UNPRINTABLE.test(found), { error: (issue) => `${expectation(kind.expected, kind.examples[0], quote(String(issue.input)))}; it holds a character that cannot be printed` });

const meta = (kind: Kind, description: string) => ({ description, expected: kind.expected, examples: [...kind.examples] });

const DURATION: Kind = {
  expected: 'a duration with its unit', examples: ['48h', '90s', '5m', '7d'], pattern: /^\d{1,9}(?:\.\d{1,3})? ?(?:ms|s|m|h|d|w)$/,
  hint: (found) => /^\d+$/.test(found) ? '; a unit is missing: s, m, h or d' : /^(\d+[a-z]+ ?){2,}$/i.test(found) ? '; write it in one unit, 90m for an hour and a half' : inShort(found),
};

/** `5 minutes` is understood and can be written `5m`. */
function inShort(found: string): string {
  const [, count] = /^(\d{1,4}) ?M$/.exec(found) ?? [];
  if (count !== undefined) return `; M may be minutes or months: write ${count}m or ${Number(count) * 30}d`;
  const value: unknown = found !== '' && found.length <= 100 ? ms(found as ms.StringValue) : undefined;
  const short = typeof value === 'number' && value > 0 ? ms(value) : '';
  return DURATION.pattern.test(short) && ms(short as ms.StringValue) === value ? `; write ${short}` : '';
}

const DAY = 86_400_000;
const words = (milliseconds: number): string => ms(milliseconds);

/** A duration as milliseconds. `min` and `max` in milliseconds; by default more than nothing and at most ten years. */
export const duration = (description: string, { min = 1, max = 3_650 * DAY }: { readonly min?: number; readonly max?: number } = {}) =>
  text(DURATION).transform((found, ctx) => milliseconds(found, min, max, (message) => ctx.addIssue({ code: 'custom', message }))).meta(meta(DURATION, description));

function milliseconds(found: string, min: number, max: number, complain: (message: string) => void): number {
  const value = ms(found as ms.StringValue);
  if (value < min) complain(`expected at least ${words(min)}; found ${quote(found)}`);
  if (value > max) complain(`expected at most ${words(max)}; found ${quote(found)}`);
  return value;
}

const EVERY: Kind = {
  expected: 'a duration or a cron line', examples: ['5m', '*/10 * * * *'], pattern: /^\S(?:.{0,98}\S)?$/,
};

/** No number of a cron line is that long; the library writes every range out before it looks at its ends. */
const BEYOND_CRON = /\d{4}/;

/** How often to poll: a duration of 100 ms or more, or a cron line, whose times are UTC. */
export const every = (description: string) => text(EVERY).transform((found, ctx): Every => {
  if (DURATION.pattern.test(found)) {
    return { kind: 'interval', ms: milliseconds(found, 100, 30 * DAY, (message) => ctx.addIssue({ code: 'custom', message })) };
  }
  const cron = found.split(/\s+/).length > 2;
  if (!cron || BEYOND_CRON.test(found) || !isCronLine(found)) {
    const wrong = cron ? '; a cron line has five fields: minute, hour, day of month, month, day of week' : (DURATION.hint?.(found) ?? '');
    ctx.addIssue({ code: 'custom', message: complaint(EVERY, found) + wrong });
  }
  return { kind: 'cron', line: found };
}).meta(meta(EVERY, description));

const SIZE: Kind = { expected: 'a number of bytes or a size with its unit', examples: ['64MiB', '256MiB', '1GiB'], pattern: /^\d{1,12}(?:\.\d{1,3})? ?(?:B|[KMG]i?B)$/ };
const UNITS = new Map([['B', 1], ['KB', 1e3], ['MB', 1e6], ['GB', 1e9], ['KiB', 2 ** 10], ['MiB', 2 ** 20], ['GiB', 2 ** 30]]);
const LEAST_BYTES = 1_024;
const MOST_BYTES = 2 ** 32;

/** A size as bytes, from 1 KiB to 4 GiB. */
export const size = (description: string) => z.union([z.number().int(), text(SIZE).transform((found) => {
  const [, count = '0', unit = 'B'] = /^([\d.]+) ?(\w+)$/.exec(found) ?? [];
  return Math.round(Number(count) * (UNITS.get(unit) ?? 1));
})]).refine((bytes) => bytes >= LEAST_BYTES && bytes <= MOST_BYTES, { error: 'expected a size between 1KiB and 4GiB' }).meta(meta(SIZE, description));

const NAME: Kind = {
  expected: 'a short name of letters, digits, dots, dashes and underscores', examples: ['kubernetes'], pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
};
/** A name that becomes a part of keys, links and metrics. */
export const name = (description: string, example: string, expected = NAME.expected) => {
  const kind = { ...NAME, expected, examples: [example] as const };
  return text(kind).meta(meta(kind, description));
};

export const isName = (found: string): boolean => NAME.pattern.test(found);
export const nameComplaint = (found: string, example: string): string => complaint({ ...NAME, examples: [example] }, found);

const LINE: Kind = {
  expected: 'one line of text', examples: ['ci-kubernetes-unit-s390x'], pattern: /^[^\s\u0000-\u001F\u007F](?:[^\u0000-\u001F\u007F]{0,254}[^\s\u0000-\u001F\u007F])?$/,
  hint: (found) => /^\s|\s$/.test(found) ? '; it begins or ends with white space' : found === '' ? '' : found.length > 256 ? '; it is longer than 256 characters' : '; it holds a line break or a control character',
};
/** A name as somebody else gave it: any one line. */
export const line = (description: string, example: string, expected = LINE.expected) => {
  const kind = { ...LINE, expected, examples: [example] as const };
  return text(kind).meta(meta(kind, description));
};

const REPO: Kind = {
  expected: 'a GitHub repository as owner/name', examples: ['kubernetes/kubernetes'], pattern: /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
  hint: (found) => {
    const url = /^(?:https?:\/\/|git@)[^/:]+[/:]([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(found);
    return url ? `; write ${quote(url[1] ?? '')}` : '';
  },
};
export const repository = (description: string) => text(REPO).meta(meta(REPO, description));

const LOGIN = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})(?:\\[bot\\])?';
const HANDLE: Kind = {
  expected: 'a GitHub person or team in quotes', examples: ['@kubernetes/release-managers', '@octo-porter'], pattern: new RegExp(`^@${LOGIN}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?$`),
  hint: (found) => HANDLE.pattern.test(`@${found}`) ? `; write "@${found}"` : '',
};
/** `@login` or `@org/team`. */
export const handle = (description: string) => text(HANDLE).transform((found) => found as Handle).meta(meta(HANDLE, description));

/** True for `@login` and `@org/team`. */
export const isHandle = (found: string): boolean => HANDLE.pattern.test(found);

const PERSON: Kind = {
  expected: 'a GitHub login in quotes', examples: ['@octo-porter'], pattern: new RegExp(`^@${LOGIN}$`),
  hint: (found) => PERSON.pattern.test(`@${found}`) ? `; write "@${found}"` : found.includes('/') ? '; a team cannot be on call by turns, so name its people' : '',
};
export const person = (description: string) => text(PERSON).transform((found) => found as Handle).meta(meta(PERSON, description));

const BARE_LOGIN: Kind = {
  expected: 'a GitHub login without the @', examples: ['octo-porter'], pattern: new RegExp(`^${LOGIN}$`),
  hint: (found) => found.startsWith('@') ? `; write ${quote(found.slice(1))}` : '',
};
export const login = (description: string) => text(BARE_LOGIN).meta(meta(BARE_LOGIN, description));

const BOT: Kind = { expected: 'a GitHub login without the @', examples: ['k8s-ci-robot', 'dependabot[bot]'], pattern: new RegExp(`^${LOGIN}(\\[bot\\])?$`) };
export const botLogin = (description: string) => text(BOT).meta(meta(BOT, description));

const MEMBER: Kind = { expected: 'a Slack member id', examples: ['U0123456'], pattern: /^[UW][A-Z0-9]{2,20}$/ };
export const isSlackMember = (found: string): boolean => MEMBER.pattern.test(found);
export const slackMemberComplaint = (found: string): string => complaint(MEMBER, found);

const CHANNEL: Kind = {
  expected: 'a Slack channel: its name in quotes with #, in lower case, or its id', examples: ['#release-ci-signal', 'C0123456789'], pattern: /^(?:#[\p{Ll}\p{Lm}\p{Lo}\p{M}\p{N}_-]{1,80}|[CG][A-Z0-9]{2,20})$/u,
  hint: (found) => {
    const mended = `#${found.replace(/^#/, '').trim().toLowerCase().replace(/\s+/g, '-')}`;
    return CHANNEL.pattern.test(mended) ? `; write ${quote(mended)}` : '';
  },
};
export const channel = (description: string) => text(CHANNEL).meta(meta(CHANNEL, description));
/** True for what Slack takes as a channel: `#name` or an id. */
export const isChannel = (found: string): boolean => CHANNEL.pattern.test(found);
export const channelComplaint = (found: string): string => complaint(CHANNEL, found);

const WEB: Kind = {
  expected: 'an http or https address', examples: ['https://testgrid.k8s.io'], pattern: /^\S{1,2000}$/,
};
/** An http or https address without credentials, query and fragment; the slash at its end is dropped. */
export const webAddress = (description: string) => text(WEB).transform((found, ctx) => {
  const url = URL.canParse(found) ? new URL(found) : null;
  const complain = (message: string): void => ctx.addIssue({ code: 'custom', message });
  if (url === null) complain(complaint(WEB, found) + (URL.canParse(`https://${found}`) && !found.includes('://') ? `; write ${quote(`https://${found}`)}` : ''));
  else if (url.protocol !== 'http:' && url.protocol !== 'https:') complain(`expected an http or https address; found one that begins with ${quote(url.protocol)}`);
  else if (url.username !== '' || url.password !== '') complain('an address must hold no user name or password: it is shown in messages and logs');
  else if (url.search !== '' || url.hash !== '') complain(`expected the base address only, without ? and #; found ${quote(found)}`);
  return url === null ? found : `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}).meta(meta(WEB, description));

const PLATFORM: Kind = { expected: 'a platform as os/arch', examples: ['linux/amd64', 'linux/arm/v7'], pattern: /^\S.{0,62}\S$/ };

/** Known platforms by their own name and, on Linux, by their bare architecture. */
const MEANT = new Map(KNOWN_PLATFORMS.flatMap((known) => known.startsWith('linux/') ? [[known, known], [known.slice('linux/'.length), known]] : [[known, known]]));

/** What is wrong with a text that names no platform, with the one that was probably meant. */
export function platformComplaint(found: string): string {
  const meant = MEANT.get(nearest(found, MEANT.keys()) ?? '');
  return `${quote(found)} is no platform that is known; expected os/arch such as "linux/arm64"${meant === undefined ? '' : `; did you mean ${quote(meant)}?`}`;
}

/** A platform in any common spelling, as its canonical name. */
export const platform = (description: string) => text(PLATFORM).transform((found, ctx): PlatformId => {
  const id = parsePlatform(found);
  if (id === null) ctx.addIssue({ code: 'custom', message: platformComplaint(found) });
  return id ?? 'linux/amd64';
}).meta(meta(PLATFORM, description));

const DATE: Kind = {
  expected: 'a date as year-month-day', examples: ['2026-12-09'], pattern: /^\d{4}-\d{2}-\d{2}$/,
};
/** A calendar day, kept as text; days are counted in UTC. */
export const date = (description: string) => text(DATE).refine(isDay, { error: (issue) => `${quote(String(issue.input))} is no day of the calendar` }).meta(meta(DATE, description));

/** True for a day that exists. */
export function isDay(found: string): boolean {
  const at = Date.parse(`${found}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(found);
}

const HOURS: Kind = { expected: 'hours of the day with their time zone', examples: ['09:00-18:00 Europe/Berlin'], pattern: /^([01]\d|2[0-3]):[0-5]\d ?- ?([01]\d|2[0-3]):[0-5]\d [A-Za-z][A-Za-z0-9_+/-]{1,50}$/ };

/** Working hours: minutes after midnight in an IANA time zone; `to` before `from` runs over midnight. */
export const hours = (description: string) => text(HOURS).transform((found, ctx) => {
  const [, from = '', to = '', zone = ''] = /^(\S+?) ?- ?(\S+) (\S+)$/.exec(found) ?? [];
  if (!isZone(zone)) ctx.addIssue({ code: 'custom', message: `${quote(zone)} is no time zone; expected a name such as "Europe/Berlin" or "UTC"` });
  if (from === to) ctx.addIssue({ code: 'custom', message: 'the hours end when they begin; leave `hours` out where they do not matter' });
  return { from: minutes(from), to: minutes(to), zone };
}).meta(meta(HOURS, description));

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const WEEKLY: Kind = {
  expected: 'a day of the week and a time in UTC', examples: ['Mon 08:00'], pattern: /^(?:sun(?:day)?|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?) (?:[01]\d|2[0-3]):[0-5]\d(?: UTC)?$/i,
  hint: (found) => /[+-]\d|\b(?!UTC\b)[A-Z]{3,4}$|\//.test(found) ? '; the time is in UTC, so name no other zone' : '',
};

/** A moment of every week, in UTC: the day (0 is Sunday) and minutes after midnight. */
export const weekly = (description: string) => text(WEEKLY).transform((found) => {
  const [day = '', time = ''] = found.split(' ');
  return { weekday: WEEKDAYS.indexOf(day.slice(0, 3).toLowerCase()), minutes: minutes(time) };
}).meta(meta(WEEKLY, description));

const FILE: Kind = {
  expected: 'the path of a file in its repository', examples: ['hack/lib/golang.sh'], pattern: /^(?!\/)(?!.*(?:^|\/)\.(?:\.?|[gG][iI][tT])(?:\/|$))(?!.*\/\/)[^\s\\][^\n\\]{0,500}(?<![\s/])$/,
  hint: (found) => found.startsWith('/') ? '; leave the slash at its beginning out' : found.includes('..') ? '; it may not leave the repository' : /(?:^|\/)\.git(?:\/|$)/i.test(found) ? '; what Git keeps for itself is no file of the repository' : '',
};
export const filePath = (description: string) => text(FILE).meta(meta(FILE, description));

const BRANCH: Kind = { expected: 'the name of a branch', examples: ['master', 'release-1.37'], pattern: /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\.lock$|[/.]$))[^\s~^:?*[\\]{1,200}$/ };
export const branch = (description: string) => text(BRANCH).meta(meta(BRANCH, description));

const LABEL: Kind = { expected: 'the name of a label', examples: ['release-blocker'], pattern: /^\S(?:.{0,98}\S)?$/ };
export const label = (description: string) => text(LABEL).meta(meta(LABEL, description));

const GLOB: Kind = { expected: 'a pattern with * for any text', examples: ['*s390x*'], pattern: /^\S(?:.{0,198}\S)?$/ };
export const glob = (description: string) => text(GLOB).meta(meta(GLOB, description));
