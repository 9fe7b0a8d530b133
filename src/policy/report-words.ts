import type { Ladder } from '../domain/ladder.ts';
import { endsAt } from '../domain/proposal.ts';
import { bullets, coded, enumerated, says, type Block, type Spans, type Text } from '../domain/text.ts';
import { counted, day, listed, moment, span } from '../domain/time.ts';
import { percent } from './criteria/words.ts';
import { matterWords } from './proposal-matters.ts';
import type { Following, PlatformReport, Report, Waiting } from './report.ts';
import type { FlakyTest } from './report-tests.ts';
import { WEEK } from './report-time.ts';
import { stepName } from './step-words.ts';

const MOST_WAITING = 12;
const MOST_ENDING = 6;
const MOST_WARNINGS = 3;
const MOST_NAMED = 6;

/** The report for people: what happened in one line, a row per platform, what is flaky, and what waits for whom. */
export function reportText(report: Report, ladder: Ladder): Text {
  return [
    says({ bold: title(report) }, ` ${summary(report)}`),
    table(report, ladder),
    ...daysOffPart(report),
    ...waitingPart(report),
    ...endingPart(report),
    ...flakyPart(report),
  ];
}

/** A week is told by its end, any other time by both ends. */
export function title({ project, from, to }: Report): string {
  const ends = `${day(from, to)} to ${day(to - 1, to)}`;
  return to - from === WEEK ? `${project}, release signal of the week to ${moment(to, to)}.` : `${project}, release signal from ${ends}.`;
}

function summary({ platforms, waiting }: Report): string {
  const sum = (of: (p: PlatformReport) => number): number => platforms.reduce((n, p) => n + of(p), 0);
  const [opened, closed, open] = [sum((p) => p.opened), sum((p) => p.closed), sum((p) => p.open)];
  const moved = platforms.filter((p) => p.moved !== null).length;
  return [
    `${opened === 0 ? 'No breakage' : counted(opened, 'breakage')} began, ${closed} ended, ${open} ${open === 1 ? 'goes' : 'go'} on.`,
    ...moved === 0 ? [] : [`${counted(moved, 'platform')} changed step.`],
    waiting.length === 0 ? 'Nothing waits for anybody.' : `${counted(waiting.length, 'thing')} ${waiting.length === 1 ? 'waits' : 'wait'} for somebody.`,
  ].join(' ');
}

const table = ({ platforms, to }: Report, ladder: Ladder): Block => ({
  kind: 'table', head: ['platform', 'step', 'passed', 'trend', 'began / ended / go on', 'taken after', 'fixed after'],
  rows: platforms.map((p): Spans[] => [[p.platform], [stepOf(p, ladder, to)], [passed(p)], [trend(p)], [`${p.opened} / ${p.closed} / ${p.open}`], [after(p.acknowledged)], [after(p.fixed)]]),
});

function stepOf({ step, moved }: PlatformReport, { steps }: Ladder, near: number): string {
  const name = (n: number): string => stepName(n, steps.find((s) => s.step === n) ?? { name: '' });
  return moved === null ? name(step) : `${name(step)}, from ${name(moved.from)} on ${day(moved.at, near)}`;
}

const passed = ({ rate: { passed: n, runs }, daysOff }: PlatformReport): string => runs === 0 ? `no run${daysOff === 0 ? '' : ' that counts'}` : `${percent(n / runs)} of ${counted(runs, 'run')}`;

/** In points of a hundred, against as long a time before; less than one is none. */
function trend({ rate, before }: PlatformReport): string {
  if (rate.runs === 0 || before.runs === 0) return 'not known';
  const points = Math.round(100 * rate.passed / rate.runs) - Math.round(100 * before.passed / before.runs);
  return points === 0 ? 'as before' : `${points > 0 ? 'up' : 'down'} ${counted(Math.abs(points), 'point')}`;
}

/** Platforms whose days were left out, those together that lost as many. */
function daysOffPart({ platforms }: Report): Text {
  const by = Map.groupBy(platforms.filter((p) => p.daysOff > 0), (p) => p.daysOff);
  if (by.size === 0) return [];
  const parts = [...by].toSorted(([a], [b]) => b - a).map(([days, of]) => `${counted(days, 'day')} of ${of.length === platforms.length && of.length > 1 ? 'every platform' : listed(of.map((p) => p.platform), MOST_NAMED)}`);
  return [says(`Left out of the rates, as they do not count (freezes, downtimes, no good poll): ${parts.join('; ')}.`)];
}

const after = (ms: number | null): string => ms === null ? '—' : span(ms);

function waitingPart({ waiting, to }: Report): Text {
  if (waiting.length === 0) return [];
  const shown = waiting.slice(0, MOST_WAITING);
  const more: Spans[] = waiting.length > shown.length ? [[`and ${waiting.length - shown.length} more: `, coded('/arch status'), ' shows them']] : [];
  return [says({ bold: 'Waits for:' }), bullets(...shown.map((w): Spans => [...w.who.length === 0 ? ['somebody'] : enumerated(w.who.map(coded)), ': ', ...asked(w, to)]), ...more)];
}

function asked(waiting: Waiting, near: number): Spans {
  switch (waiting.kind) {
    case 'incident': {
      const { platform, since, url } = waiting;
      const what = url === null ? platform : { words: platform, link: url };
      return ['nobody has taken the breakage of ', what, `, open since ${moment(since, near)}`];
    }
    case 'proposal': {
      const { issue, matter } = waiting.proposal;
      const link: Spans = issue === null || issue.number <= 0 ? [] : [{ words: `#${issue.number}`, link: issue.url }, ', '];
      return ['proposal ', ...link, `${matterWords(matter).inShort(near)}, to be decided until ${moment(endsAt(waiting.proposal), near)}`];
    }
    case 'warning': return warned(waiting, near);
    default: return waiting satisfies never;
  }
}

/** What is nearest to a step down comes first. */
function warned({ platform, warnings, following }: Extract<Waiting, { readonly kind: 'warning' }>, near: number): Spans {
  const inOrder = warnings.toSorted((a, b) => (a.daysLeft ?? Infinity) - (b.daysLeft ?? Infinity));
  const shown = inOrder.slice(0, MOST_WARNINGS).flatMap(({ criterion, kind, since, earlier }, i): Spans => [i === 0 ? '' : ', ', coded(criterion), ` ${kind} since ${earlier ? 'before ' : ''}${day(since, near)}`]);
  const more = inOrder.length > MOST_WARNINGS ? ` and ${inOrder.length - MOST_WARNINGS} more` : '';
  const left = inOrder[0]?.daysLeft ?? null;
  return [`${platform} and what its step asks for: `, ...shown, more, ...next(left, following, near)];
}

/** When a step down is proposed, or what became of the last one. `left`: days until the record calls for one; null: it does not. */
function next(left: number | null, following: Following | null, near: number): Spans {
  if (left === null) return [];
  // As long as a decision is so fresh, the same is not proposed again, whatever the record calls for.
  if (following !== null && (following.proposal.decidedAt === null || near + left * DAY < following.again)) return followed(following, near);
  return [left === 0 ? '; a step down is due' : `; in ${counted(left, 'more day')} that ${left === 1 ? 'counts' : 'count'} a step down is proposed`];
}

function followed({ proposal: { issue, state }, again }: Following, near: number): Spans {
  const where: Spans = issue === null || issue.number <= 0 ? [] : [' in ', { words: `#${issue.number}`, link: issue.url }];
  const later = `and may be proposed again from ${day(again, near)}`;
  switch (state) {
    case 'open': return ['; a step down is proposed', ...where];
    case 'approved': return ['; a step down is approved', ...where];
    case 'rejected': return ['; a step down was rejected', ...where, `, ${later}`];
    case 'withdrawn': case 'expired': case 'invalid': return ['; a step down was proposed', ...where, ` and not decided, ${later}`];
    default: return state satisfies never;
  }
}

const DAY = 86_400_000;

function endingPart({ ending, to }: Report): Text {
  if (ending.length === 0) return [];
  const more: Spans[] = ending.length > MOST_ENDING ? [[`and ${ending.length - MOST_ENDING} more`]] : [];
  return [says({ bold: 'Exceptions that end soon:' }), bullets(...ending.slice(0, MOST_ENDING).map((e): Spans => [`${e.platform}: `, coded(e.criterion), ` on ${day(e.until, to)}${e.reason === null ? '' : ` (${e.reason})`}`]), ...more)];
}

function flakyPart({ flakyJobs, flakyTests }: Report): Text {
  const jobs = flakyJobs.map(({ job, flakes, runs, page }): Spans => [page === null ? coded(job.name) : { words: job.name, link: page }, ` on ${job.platform}: ${flakes} of ${counted(runs, 'run')}`]);
  const tests = (flakyTests ?? []).map(flakyTest);
  return [
    says({ bold: 'Flakiest jobs' }, jobs.length === 0 ? ': none failed without being broken.' : ', by runs that failed without being broken:'),
    ...jobs.length === 0 ? [] : [bullets(...jobs)],
    ...flakyTests === null ? [says('Single tests are not in a history of runs.')]
      : tests.length === 0 ? [says({ bold: 'Flakiest tests' }, ': none is known. Of single tests TestGrid\'s tables tell, those of the last two weeks, and breakages that people called flaky.')]
        : [says({ bold: 'Flakiest tests' }, ', by runs in which they failed and passed again (TestGrid tells, of the last two weeks), and by breakages that people called flaky:'), bullets(...tests)],
  ];
}

function flakyTest({ name, platforms, flakes, sameCommit, runs, incidents, page }: FlakyTest): Spans {
  const told = [
    ...flakes === 0 ? [] : [`${flakes} of ${counted(runs, 'run')}${sameCommit === 0 ? '' : `, ${sameCommit === flakes ? flakes === 1 ? '' : 'each ' : `${sameCommit} of them `}on a commit that it also passed on`}`],
    ...incidents === 0 ? [] : [`named by ${counted(incidents, 'breakage')}`],
  ];
  return [coded(name), ` on ${listed(platforms, MOST_NAMED)}: ${told.join('; ')}`, ...page === null ? [] : [' (', { words: 'its table', link: page }, ')']];
}
