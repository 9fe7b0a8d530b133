import type { Fix, Incident, PullRef, Try } from '../../../domain/incident.ts';
import { moment } from '../../../domain/time.ts';
import { capped, pageUrl, plain } from './inert.ts';
import { named } from './names.ts';
import { inline } from './spans.ts';
import type { Subject } from './telling.ts';

/** What people did about a breakage: who has it, what silences it, what was tried, what is to fix it. */

/** Tries and fixes that a body shows: the last ones. */
const MOST = 5;

/** Characters of a reason and of a try that are shown. */
const LONGEST = 300;

const withReason = (reason: string | null): string => reason === null || reason.trim() === '' ? '' : `: ${plain(reason, LONGEST).replace(/\.$/, '')}`;

/** Who has it, until when it is snoozed, and what it is called: whatever is so, nobody is asked just now. Empty where nothing is. */
export function standsAt({ incident }: Subject): readonly string[] {
  return [taken(incident), snoozed(incident), classified(incident)].filter((line) => line !== null);
}

function taken({ acknowledged, openedAt }: Incident): string | null {
  if (acknowledged === null) return null;
  return `**${named(acknowledged.by)} has it**, since ${moment(acknowledged.at, openedAt)}: nobody else is reminded or asked. What is tried is kept here with \`/arch attempt <text or link>\`, and what is to fix it with \`/arch fixed-by <pull request>\`.`;
}

function snoozed({ snooze, openedAt }: Incident): string | null {
  if (snooze === null) return null;
  return `**Snoozed until ${moment(snooze.until, openedAt)}** by ${named(snooze.by)}${withReason(snooze.reason)}. Nobody is reminded or asked until then; \`/arch unsnooze\` ends it earlier.`;
}

function classified({ classified: c, openedAt, platform }: Incident): string | null {
  if (c === null) return null;
  const since = moment(c.at, openedAt);
  return c.as === 'flake'
    ? `**A flake**, says ${named(c.by)} since ${since}${withReason(c.note)}. Nobody is reminded of it; \`/arch flake off\` takes it back.`
    : `**A failure of the infrastructure**, says ${named(c.by)} since ${since}${withReason(c.note)}. It does not count against ${platform}, and nobody is reminded of it; \`/arch infra off\` takes it back.`;
}

/** What was tried, the last first; null where nothing was. */
export function tried({ tries, openedAt }: Incident): string | null {
  if (tries.length === 0) return null;
  const lines = tries.toReversed().slice(0, MOST).map((t) => `- ${moment(t.at, openedAt)}, ${named(t.by)}: ${tryText(t)}`);
  return `**Tried so far${tries.length > MOST ? ` (the last ${MOST} of ${tries.length})` : ''}:**\n\n${lines.join('\n')}`;
}

/** What somebody tried, in their words; the page that they named is linked where they named it, once. */
export function tryText({ text, url }: Pick<Try, 'text' | 'url'>): string {
  const page = pageUrl(url);
  if (page === null || url === null) return plain(text, LONGEST);
  const link = { words: capped(page.replace(/^https?:\/\//, ''), 80), link: page };
  const at = text.indexOf(url);
  const [before, after] = at < 0 ? [`${text} `, ''] : [text.slice(0, at), text.slice(at + url.length)];
  return inline([before, link, after], { mention: false, longest: LONGEST, cell: false }).trim();
}

/** The pull requests that are to fix it, the last first, and what became of them; null where none is named. */
export function fixes({ fixes: all, openedAt }: Incident): string | null {
  if (all.length === 0) return null;
  const lines = all.toReversed().slice(0, MOST).map((f) => `${pullLink(f)}, named by ${named(f.by)}: ${became(f, openedAt)}`);
  const title = all.length > MOST ? `**Fixes (the last ${MOST} of ${all.length}):**` : all.length === 1 ? '**Fix:**' : '**Fixes:**';
  return lines.length === 1 ? `${title} ${lines.join('')}` : `${title}\n\n${lines.map((l) => `- ${l}`).join('\n')}`;
}

function became({ state, mergedAt, failed }: Fix, near: number): string {
  switch (state) {
    case 'open': return 'open. If a run that began after its merge fails, one comment says so.';
    case 'merged': return `merged${mergedAt === null ? '' : ` on ${moment(mergedAt, near)}`}${failed ? ', and it did not help: a run that began after that has failed.' : '. If a run that began after that fails, one comment says so.'}`;
    case 'closed': return 'closed, and not merged.';
    default: return state satisfies never;
  }
}

/** A pull request by its name, linked: the trace that this leaves there is wanted. */
export function pullLink({ repo, number, url }: PullRef): string {
  const page = pageUrl(url);
  const name = plain(`${repo}#${number}`, 250);
  return page === null ? name : `[${name}](${page})`;
}
