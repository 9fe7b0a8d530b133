import type { Conflict, ConflictFact, SwitchEntry } from '../domain/conflict.ts';
import type { IssueRef } from '../domain/incident.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Proposal } from '../domain/proposal.ts';
import { bullets, coded, enumerated, says, type Block, type Span, type Spans, type Text } from '../domain/text.ts';
import { counted, moment, span } from '../domain/time.ts';
import { blockerShort, blockerSpan, checklist, entryWords, exitWords, saidApart, scopeOf, tried } from './conflict-words.ts';
import { tally } from './tally.ts';

/** What people read of a conflict beside its proposals: on the blocker, in the reactivation issue, in the pull request. */

/** What people can write; the table of verbs has them. */
const WRITE = { attempt: '/arch attempt <what you tried>', giveUp: '/arch give-up <reason>', skip: '/arch no-time <reason>', object: '/arch object <reason>', extend: '/arch extend <duration> <reason>',
  back: '/arch reactivate <reason>', waits: '/arch waits-for <link or words>' } as const;

/** Where a fact is told: on the blocker, on the issue of the proposal, on the reactivation issue. An approval is told by its proposal, and by the reactivation issue's filing, which calls whom it asks. */
export type Place = 'blocker' | 'proposal' | 'reactivation';

const PLACES: Readonly<Record<ConflictFact['kind'], readonly Place[]>> = {
  'opened': ['blocker'], 'attempted': [], 'gave-up': [], 'skipped': ['blocker'], 'extended': ['blocker'], 'proposed': ['blocker'], 'declined': ['blocker'], 'approved': [], 'revoked': ['proposal', 'reactivation'],
  'off': ['blocker', 'proposal'], 'helped': ['reactivation'], 'did-not-help': ['proposal', 'blocker'], 'others-changed': ['proposal'], 'reopened-issue': ['reactivation'], 'reminded': ['reactivation'],
  'escalated': ['reactivation'], 'partly-back': ['reactivation'], 'back-asked': [], 'back-proposed': ['reactivation'], 'over': [],
};

/** Where the fact is told, each place once; its checklist shows the others. The end is told where people wait for it. */
export function placesOf(fact: ConflictFact, conflict: Pick<Conflict, 'times' | 'outcome' | 'reactivation' | 'facts'>): readonly Place[] {
  const { times, outcome, reactivation } = conflict;
  if (fact.kind === 'extended' && isSinceOff(fact, conflict)) return ['reactivation'];
  if (fact.kind !== 'over') return PLACES[fact.kind];
  if (times.off !== null) return ['reactivation'];
  return [...outcome === 'unblocked' || outcome === 'declined' ? [] : ['blocker' as const], ...reactivation === null ? [] : ['reactivation' as const]];
}

/** Whether it was told after the platform was turned off: what moved the owners' own deadline before that has been told to them. */
const isSinceOff = ({ n }: ConflictFact, { times, facts }: Pick<Conflict, 'times' | 'facts'>): boolean =>
  times.off !== null && n > (facts.findLast((f) => f.kind === 'off')?.n ?? 0);

export interface Telling {
  /** On GitHub, where the fact's people are called; elsewhere they are named. */
  readonly mention: boolean;
  /** The issue of the proposal, as far as it is filed. */
  readonly proposal: Pick<Proposal, 'id' | 'issue'> | null;
}

/** A fact in the words of its comment. */
export function factText(fact: ConflictFact, conflict: Conflict, telling: Telling): Text {
  const asked = fact.asks.map((h): Span => telling.mention ? { mention: h } : coded(h));
  const body = factWords(fact, conflict, telling);
  const [first, ...rest] = body;
  return asked.length === 0 || first === undefined || first.kind !== 'paragraph' ? body : [says(...enumerated(asked), ', ', ...first.spans), ...rest];
}

/** A fact by itself, in Slack: with what is in whose way, which on the blocker is plain to see. */
export function factCard(fact: ConflictFact, conflict: Conflict, telling: Telling): Text {
  const { blocker } = conflict;
  const about = blocker.kind === 'board' ? says({ bold: 'Release:' }, ' ', blockerSpan(blocker)) : says({ bold: 'Release blocker:' }, ' ', blockerSpan(blocker), ` ${blocker.title}`);
  const [news, ...rest] = factText(fact, conflict, telling);
  return news === undefined ? [about] : [news, about, ...rest];
}

/** The edit as a patch, where the program may not push it. */
export function patchText({ platform, components, branch, reactivation }: Conflict, to: 'off' | 'on', { diff, why }: { readonly diff: string; readonly why: string }): Text {
  return [
    says(`It was decided to turn the ${scopeOf(platform, components)} ${to} on ${branch}, and Archsignal cannot open that pull request: ${why}`),
    says(to === 'off' ? 'This is the edit; it may go into this pull request, or into one of its own. Apply it with ' : 'This is the edit. Apply it with ', coded('git apply'), ':'),
    { kind: 'code', language: 'diff', text: diff },
    ...to === 'off' && reactivation !== null ? [says('Its way back is ', ...refTo(reactivation), '. As soon as it is merged, that is seen.')] : [],
  ];
}

/** On a pull request whose approval does not hold any more, or whose reason is gone. */
export function goneText({ facts, platform, components }: Conflict): Text {
  const why = facts.findLast((f) => f.kind === 'revoked' || f.kind === 'over')?.detail ?? 'it was decided otherwise';
  return [says(`${cap(why)}, so the ${scopeOf(platform, components)} is not turned off by this. Closed.`)];
}

/** On a pull request whose edit was made elsewhere. */
export const mootText = ({ platform, components, branch }: Conflict): Text => [says(`The ${scopeOf(platform, components)} is off on ${branch} already, by another commit, so this is not needed any more. Closed.`)];

function factWords(fact: ConflictFact, conflict: Conflict, { proposal }: Telling): Text {
  const { platform, branch, blocker, components, pull, reactivation } = conflict;
  const what = `the ${scopeOf(platform, components)}`;
  const short = blockerShort(blocker);
  switch (fact.kind) {
    case 'opened': return openedText(conflict);
    case 'attempted': return [says(...tried(conflict))];
    case 'gave-up': return [says(coded(conflict.gaveUp?.by ?? ''), ` says that ${platform} cannot be fixed in time`, ...quoted(fact.detail), '. Release leads are asked next.')];
    case 'skipped': return [says('A release lead says that there is no time to fix it first', ...quoted(fact.detail), `. With two of them the proposal comes now; ${conflict.skips.length} of 2 so far.`)];
    case 'extended': return [extendedText(fact, conflict)];
    case 'proposed': return [says(`Release leads decide now whether ${conflict.remedy === 'waive' ? `the red check of ${platform} is waived` : `${what} is turned off on ${branch}`}: `, ...issueOf(proposal), '. Owners can say what they know there with ', coded(WRITE.object), '; a fix is still the better end, and ends it.')];
    case 'declined': return [says(`${cap(fact.detail)}: nothing is turned off, and ${short} waits for a fix of ${platform}.`)];
    case 'approved': return [says(`Approved: ${what} is turned off on ${branch}.`)];
    case 'revoked': return [says(`${cap(fact.detail)}, so the approval does not hold any more. What was begun is taken back as far as it was not merged.${conflict.stage === 'deciding' ? ' Release leads decide again.' : ''}`)];
    case 'off': return [says({ bold: `${cap(what)} is off on ${branch}` }, ` since ${moment(conflict.times.off ?? fact.at, fact.at)}`, ...pull === null ? [] : [' (', { words: `${pull.repo}#${pull.number}`, link: pull.url }, ')'], fact.detail === '' ? '' : `; ${fact.detail}`, '. ',
      ...reactivation === null ? [] : ['The way back: ', ...refTo(reactivation), '. '], ...blocker.kind === 'board' || conflict.times.helped !== null ? [] : [`A new run of the checks of ${short} shows whether it helped.`])];
    case 'helped': return [says(`It helped: ${fact.detail}.`)];
    case 'did-not-help': return [says({ bold: 'It did not help:' }, ` ${fact.detail}. Either something else is wrong there, or another place builds ${platform} as well. Release leads are asked whether it is turned on again.`)];
    case 'others-changed': return [says({ bold: 'More changed than this platform:' }, ` the builds of ${fact.detail} are not what they were before the merge. Please look at it; the edit was to touch ${platform} alone.`)];
    case 'reopened-issue': return [says(`Open again: ${fact.detail}, so this is not done. It is closed by itself when ${what} is on again.`)];
    case 'reminded': return [says(`${platform}: ${fact.detail}. Leads are asked about it on ${moment(conflict.expiresAt ?? fact.at, fact.at)}; `, coded(WRITE.back), ' here proposes to turn it on again before that.')];
    case 'escalated': return [says(`${platform} was to be off for a time, and ${fact.detail}. Is somebody at work on it, or does it leave the release? `, coded(`/arch demote ${platform} <reason>`), ' proposes to say so openly; ', coded(WRITE.extend), ' here asks again later; ', coded(WRITE.back), ' proposes to turn it on again.')];
    case 'partly-back': return [says(`Partly back: ${fact.detail}.`)];
    case 'back-asked': return [says('Asked to be turned on again', ...quoted(fact.detail), '.')];
    case 'back-proposed': return [says(`${fact.detail} Release leads are asked to turn it on again, in `, ...issueOf(proposal), '.')];
    case 'over': return [says(`Over: ${fact.detail}.`, ...conflict.outcome === 'suspect' ? [' Nothing is proposed to be turned off.'] : [])];
    default: return fact.kind satisfies never;
  }
}

/** A deadline that was moved, and to when: as it is now, as the next one comes with a text of its own. */
function extendedText(fact: ConflictFact, conflict: Conflict): Block {
  const { detail, at } = fact;
  const [by = ''] = detail.split(' ');
  const then = isSinceOff(fact, conflict) ? `Release leads are asked what is to become of it on ${moment(conflict.expiresAt ?? at, at)}` : `Owners of ${conflict.platform} have until ${moment(conflict.fixBy, at)} to fix it`;
  return says(coded(by), `${detail.slice(by.length)}. ${then}.`);
}

const cap = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const quoted = (reason: string): Spans => reason === '' ? [] : [`: “${reason}”`];
const refTo = ({ repo, number, url }: IssueRef): Spans => [{ words: `${repo}#${number}`, link: url }];
/** Until its issue is filed a proposal is known by its id. */
const issueOf = (proposal: Telling['proposal']): Spans => proposal === null ? ['an issue of its own'] : proposal.issue === null || proposal.issue.number <= 0 ? [coded(proposal.id)] : refTo(proposal.issue);

/** The ping to the owners, on the blocker: what is in whose way, since when, what is asked, and what comes otherwise. */
function openedText({ platform, blocker, evidence, fixBy, remedy, times, components, earlier, release, openedBy: { by, reason } }: Conflict): Text {
  const what = blocker.kind === 'board' ? release ?? 'the release' : 'this release blocker';
  return [
    says({ bold: `${platform} is in the way of ${what}.` }, ` ${evidence.because}`, ...reason && evidence.way !== 'said' ? [' ', coded(by), ` says: “${reason}”.`] : []),
    ...evidenceBlock(evidence),
    says({ bold: 'What is asked of you:' }, ` fix it, or say how far you are with `, coded(WRITE.attempt), ` by ${moment(fixBy, times.detected)} (${span(fixBy - times.detected)}). After that release leads are asked ${remedy === 'waive' ? 'to waive the check for this release' : `to turn the ${scopeOf(platform, components)} off for it`}. No way to fix it in time? `, coded(WRITE.giveUp),
      ` asks them now. It ends by itself when ${evidence.checks.length === 0 && blocker.kind !== 'board' ? 'a check of that platform alone turns green here, or this is merged' : 'the platform is green here'}.`, ...earlier === 0 ? [] : [` It was turned off ${counted(earlier, 'time')} before.`]),
    says('Release leads who see that there is no time for that: two of you write ', coded(WRITE.skip), '.'),
  ];
}

function evidenceBlock({ checks, log }: Conflict['evidence']): Text {
  const red = checks.slice(0, 6).map((c): Spans => [c.url === null ? coded(c.name) : { words: c.name, link: c.url }, ...saidApart(c.failure, log)]);
  const lines: Block[] = log.length === 0 ? [] : [{ kind: 'code', language: '', text: [...new Set(log.map((l) => `${l.line}: ${l.excerpt}`))].slice(0, 4).join('\n') }];
  return [...red.length === 0 ? [] : [bullets(...red)], ...lines];
}

/** The title of the reactivation issue. */
export const reactivationTitle = ({ platform, components, branch }: Conflict): string => `Turn the ${scopeOf(platform, components)} on ${branch} on again`;

/**
 * The reactivation issue: what is off, why, how to see the error, the exact revert, the exit test, when it is questioned. `first`: it is being filed, so owners are called.
 */
export function reactivationBody(conflict: Conflict, given: { readonly first: boolean; readonly proposal: Pick<Proposal, 'id' | 'issue'> | null }): Text {
  const { platform, components, branch, blocker, times, exit, expiresAt, owners, facts, evidence, earlier } = conflict;
  const over = conflict.stage === 'over';
  const asked = owners.map((o): Span => given.first ? { mention: o } : coded(o));
  return [
    says(...enumerated(asked), ...asked.length === 0 ? [`${platform} has no owners: whoever needs it can bring it back. `] : [', '], { bold: `the ${scopeOf(platform, components)} ${stateOf(conflict)}` }, ', so that ', blockerSpan(blocker),
      ` can ${blocker.kind === 'board' ? 'ship' : 'merge'}`, ...times.approved === null ? ['; nobody decided it.'] : [' (decided in ', ...issueOf(given.proposal), ').'], ...facts.some((f) => f.kind === 'partly-back') && times.back === null ? [' A part of it is back already.'] : []),
    says({ bold: 'The error:' }, ` ${evidence.because}`),
    ...evidenceBlock(evidence),
    says({ bold: 'How to see it:' }, ' ', ...reproduce(conflict)),
    ...revertBlocks(conflict),
    bullets(
      [{ bold: 'The exit test:' }, ` ${exitWords(exit)}.`, ...over ? [] : [' Then a proposal with that revert comes by itself; ', coded(WRITE.back), ' here asks for it sooner. A fix elsewhere that has to be released first: ', coded(WRITE.waits), '.']],
      [{ bold: 'Tried:' }, ' ', ...tried(conflict)],
      ...times.off === null || times.back !== null ? [] : [[{ bold: 'Questioned' }, expiresAt === null ? ': release leads were asked what is to become of it.' : ` on ${moment(expiresAt, times.detected)}: then release leads are asked what is to become of it.`]],
      ...earlier === 0 ? [] : [[{ bold: 'Before this' }, ` it was turned off ${counted(earlier, 'time')}.`]],
    ),
    ...over ? [] : [says('This stays open as long as the build is off, whoever closes it. Its jobs are still watched.')],
    checklist(conflict, branch),
  ];
}

/** As the branch has it, where that was seen; before it is off, the reverse of what is planned. */
function revertBlocks({ plan, revert = null }: Conflict): Text {
  const diff = revert ?? (plan?.diff ? reversed(plan.diff) : null);
  const removed = plan?.removed ?? [];
  const words: Spans = diff !== null ? [] : [' ', ...removed.length === 0 ? ['what turned it off, taken back.'] : enumerated(removed.map((r) => entrySpan(r)))];
  return [says({ bold: 'The exact revert:' }, ...words), ...diff === null ? [] : [{ kind: 'code' as const, language: 'diff', text: diff }]];
}

/** Whether it is off, since when, or on again. */
function stateOf({ branch, times }: Conflict): string {
  if (times.back !== null) return `on ${branch} is on again since ${moment(times.back, times.detected)}; it was off since ${moment(times.off ?? times.back, times.detected)}`;
  return times.off === null ? `is about to be turned off on ${branch}` : `is off on ${branch} since ${moment(times.off, times.detected)}`;
}

const entrySpan = (entry: SwitchEntry): Span => coded(entryWords(entry).map((s) => typeof s === 'string' ? s : 'code' in s ? s.code : '').join(''));

/** How somebody without the project's CI sees the error. */
function reproduce({ evidence, branch, platform, blocker }: Conflict): Spans {
  const [check] = evidence.checks;
  return [...blocker.kind === 'board' ? [`take ${branch}`] : [`take ${branch} with `, blockerSpan(blocker)], ', apply the revert below, and build with ', coded(goTarget(platform)),
    ...check === undefined ? ['.'] : [', or run ', check.url === null ? coded(check.name) : { words: check.name, link: check.url }, '.']];
}

/** `GOOS=linux GOARCH=arm GOARM=7`: what most builds take to be told a platform. */
export function goTarget(platform: PlatformId): string {
  const [os = '', arch = '', variant] = platform.split('/');
  return [`GOOS=${os}`, `GOARCH=${arch}`, ...arch === 'arm' && variant !== undefined ? [`GOARM=${variant.replace(/^v/, '')}`] : []].join(' ');
}

/** A diff the other way around; what is removed comes before what is added. */
export function reversed(diff: string): string {
  const out: string[] = [];
  let [removed, added]: [string[], string[]] = [[], []];
  const flush = (): void => {
    out.push(...removed, ...added);
    [removed, added] = [[], []];
  };
  for (const line of diff.split('\n')) {
    if (/^(?:---|\+\+\+) /.test(line) || !/^[-+]/.test(line)) {
      flush();
      out.push(line);
    } else if (line.startsWith('+')) removed.push(`-${line.slice(1)}`);
    else added.push(`+${line.slice(1)}`);
  }
  flush();
  return out.join('\n');
}

export interface PullGiven {
  readonly proposal: Proposal;
  /** The file's own owners whose approval is missing: that of release leads is not theirs. */
  readonly missing: readonly string[];
}

/** The title of the pull request that turns it off. */
export const deactivatePullTitle = ({ platform, components, release, branch }: Conflict): string => `Turn off the ${scopeOf(platform, components)} for ${release ?? branch}`;

/** What the release's notes say of it, where the project asks for that. */
export const releaseNotes = ({ platform, components, release }: Conflict, to: 'off' | 'on'): string =>
  to === 'off' ? `The ${scopeOf(platform, components)} is turned off${release === null ? '' : ` in ${release}`}, until it builds again.` : `The ${scopeOf(platform, components)} is on again.`;

/** Its text: what was decided, by whom, what it does, what it leaves, and the way back. */
export function deactivatePullBody(conflict: Conflict, { proposal, missing }: PullGiven): Text {
  const { plan, reactivation, blocker, exit } = conflict;
  const removed = plan?.removed ?? [];
  return [
    says('Decided by ', ...enumerated(tally(proposal, -Infinity).approvals.map(coded)), ' in ', ...issueOf(proposal), ', so that ', blockerSpan(blocker), ` can ${blocker.kind === 'board' ? 'ship' : 'merge'}. `,
      ...reactivation === null ? [] : ['The way back is ', ...refTo(reactivation), `: as soon as ${exitWords(exit)}.`]),
    ...removed.length === 0 ? [] : [bullets(...removed.slice(0, 10).map((r): Spans => ['Off: ', ...entryWords(r)]))],
    ...(plan?.waiting ?? []).length === 0 ? [] : [says({ bold: 'Would wait for ever' }, ' where they stay required: ', ...enumerated((plan?.waiting ?? []).map(coded)), '.')],
    ...(plan?.elsewhere ?? []).length === 0 ? [] : [says('Also naming it, and not changed here: ', ...enumerated((plan?.elsewhere ?? []).map(coded), 12), '.')],
    ...missing.length === 0 ? [] : [says({ bold: 'Still missing:' }, ' the approval of ', ...enumerated(missing.map(coded)), ', who own the file. That of the release leads is not theirs.')],
    says('Whoever closes this pull request puts the question to the release leads again.'),
  ];
}

/** The title and text of the pull request that turns it on again. */
export const reactivatePullTitle = ({ platform, components, branch }: Conflict): string => `Turn the ${scopeOf(platform, components)} on ${branch} on again`;
export function reactivatePullBody(conflict: Conflict, proposal: Proposal, because: string): Text {
  const { reactivation } = conflict;
  const partly = proposal.matter.kind === 'reactivate' && proposal.matter.partly === true;
  return [
    says('Decided by ', ...enumerated(tally(proposal, -Infinity).approvals.map(coded)), ' in ', ...issueOf(proposal), `. ${because}`),
    says(`It makes the reverse of the edit that turned it off${partly ? ', for this part alone' : ''}, and nothing else.`, ...reactivation === null ? [] : partly ? [' ', ...refTo(reactivation), ' stays open for the rest.'] : [' With the merge ', ...refTo(reactivation), ' is done, and is closed.']),
    says('Closing this pull request leaves it off.'),
  ];
}
