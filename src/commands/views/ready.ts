import type { CriterionResult } from '../../domain/ladder.ts';
import type { Release } from '../../domain/project.ts';
import { isLive } from '../../policy/world.ts';
import { coded, says, type Spans, type Text } from '../../domain/text.ts';
import { counted, day, listed, moment } from '../../domain/time.ts';
import { percent, percentLimit } from '../../policy/criteria/words.ts';
import { GREENS, readiness, shipping, type Readiness, type ReadyFacts, type Reason, type Ships } from '../../policy/ready.ts';
import type { JobNow } from '../../signal/job-health.ts';
import { named } from '../step-verbs.ts';
import type { Evaluated, Found, Scene } from '../verb.ts';
import { openConflicts } from '../conflict-verbs.ts';
import { conflictSpans } from './conflict.ts';
import { releaseDates, releaseName } from './release.ts';
import { healthWord, incidentSpans, issueOf, joined, proposalSpans, quietSpans, waits, who, whoAll } from './wording.ts';

/** Reasons that one platform's row gives, and jobs that one of them names. */
const MOST_REASONS = 6;
const MOST_NAMES = 4;

/** Go or no-go of these releases, by their places in the configuration: a verdict, and a row per platform that ships. */
export function readyCard(releases: readonly number[], scene: Scene, { days = new Map(), daysOff = new Map() }: Pick<Found, 'days' | 'daysOff'>): Text {
  const { ladder } = scene;
  const asked = releases.flatMap((i) => scene.project.releases[i] ?? []);
  if (!ladder) return [says({ bold: `${listed(asked.map(releaseName))}: not known, so no go.` }, ' Which platforms ship with it is the ladder\'s to say, and that has not been evaluated yet. It is, soon after the first poll.')];
  const facts: ReadyFacts = {
    project: scene.project, now: scene.now, jobs: scene.jobs, quiets: scene.quiets, ladder: ladder.ladder, evaluations: ladder.platforms, days, daysOff,
    incidents: scene.incidents.filter((i) => isLive(i) && i.kind !== 'flood'), proposals: scene.proposals.filter((p) => p.state === 'open'), conflicts: openConflicts(scene),
  };
  return [...asked.flatMap((release) => oneRelease(release, readiness(release, facts), scene)), ...outside(scene, ladder), ...leftOut(facts)];
}

function oneRelease(release: Release, platforms: readonly Readiness[], scene: Scene): Text {
  const name = releaseName(release);
  if (platforms.length === 0) return [says({ bold: `${name}: neither go nor no-go.` }, ' No platform stands on a step that ships with the release.')];
  return [
    says({ bold: `${name}: ${verdict(platforms)}` }, ` ${counts(platforms)} As of ${moment(scene.now, scene.now)}; ${release.branch === name ? '' : `from ${release.branch}; `}`, ...releaseDates(release, scene.now)),
    { kind: 'table', head: ['platform', 'ships', 'because', 'waits for'], rows: platforms.map((p) => [[p.platform.id], [SHIPS[p.ships]], because(p, scene), waiting(p, scene)]) },
  ];
}

const SHIPS: Readonly<Record<Ships, Spans[number]>> = { no: { bold: 'no' }, unknown: { bold: 'not known' }, risk: 'yes, at risk', yes: 'yes' };

function verdict(platforms: readonly Readiness[]): string {
  const has = (ships: Ships): boolean => platforms.some((p) => p.ships === ships);
  return has('no') ? 'no-go.' : has('unknown') ? 'not known, so no go yet.' : has('risk') ? 'go, at risk.' : 'go.';
}

/** `linux/arm64 cannot ship, linux/ppc64le is not known; 2 of 4 platforms can.` */
function counts(platforms: readonly Readiness[]): string {
  const of = (...ships: readonly Ships[]): string[] => platforms.filter((p) => ships.includes(p.ships)).map((p) => p.platform.id);
  const [no, unknown, risk, can] = [of('no'), of('unknown'), of('risk'), of('risk', 'yes')];
  const bad = [
    ...no.length === 0 ? [] : [`${listed(no, MOST_NAMES)} cannot ship`],
    ...unknown.length === 0 ? [] : [`${listed(unknown, MOST_NAMES)} ${unknown.length === 1 ? 'is' : 'are'} not known`],
  ];
  const total = counted(platforms.length, 'platform');
  const good = can.length === platforms.length ? (can.length === 1 ? 'Its one platform can ship' : `All ${total} can ship`) : can.length === 0 ? '' : `${can.length} of ${total} can`;
  const risky = risk.length === 0 ? '' : ` (at risk: ${listed(risk, MOST_NAMES)})`;
  return `${[...bad.length === 0 ? [] : [bad.join(', ')], ...good === '' ? [] : [good + risky]].join('; ')}.`;
}

/** The weightiest reasons first; what is well last and short. */
function because({ reasons, board }: Readiness, scene: Scene): Spans {
  const told = reasons.filter((r) => r.kind !== 'proposal');
  const shown = told.length > MOST_REASONS ? told.slice(0, MOST_REASONS - 1) : told;
  const parts = shown.map((r) => words(r, scene, board));
  return joined([...parts, ...told.length > shown.length ? [[`${told.length - shown.length} more (`, coded('/arch explain'), ' tells)']] : []], '; ');
}

const jobNames = (jobs: readonly JobNow[]): Spans => joined([
  ...jobs.slice(0, jobs.length > MOST_NAMES ? MOST_NAMES - 1 : MOST_NAMES).map((j): Spans => [coded(j.job.name)]),
  ...jobs.length > MOST_NAMES ? [[`${jobs.length - MOST_NAMES + 1} more`]] : [],
], ', ');

function words(reason: Reason, scene: Scene, board: Readiness['board']): Spans {
  const { now } = scene;
  switch (reason.kind) {
    case 'build-off': return ['its build is off'];
    case 'no-jobs': return ['no tracked job tests this branch'];
    case 'all-muted': return ['every job that decides is muted'];
    case 'red': case 'few-greens': case 'young': case 'dark': case 'stale': return jobWords(reason, now);
    case 'rate': return [coded(reason.job.name), ` passed ${percent(reason.rate.passed / reason.rate.runs)} of ${counted(reason.rate.runs, 'run')} (${percentLimit(reason.share)} needed${reason.exceptedUntil === null ? '' : `; excepted until ${day(reason.exceptedUntil, now)}`})`];
    case 'few-runs': return [coded(reason.job.name), ` has ${reason.rate.runs === 0 ? 'no run' : `only ${counted(reason.rate.runs, 'run')}`} to judge its pass rate by (${reason.least} tell)`];
    case 'others': return ['beside them: ', ...joined([...Map.groupBy(reason.jobs, (j) => j.health)].map(([health, jobs]): Spans => [...jobNames(jobs), ` ${healthWord(health)}`]), ', ')];
    case 'quiet': return quietSpans(reason.quiet, now);
    case 'incident': return incidentSpans(reason.incident, scene);
    case 'unmet': return [`its step asks for ${criteria(reason.criteria)}, which ${reason.criteria.length === 1 ? 'does' : 'do'} not hold`];
    case 'excepted': return [`${criteria(reason.criteria)} excepted until ${day(reason.until, now)}`];
    case 'well': return wellWords(reason, board);
    case 'conflict': return ['it is ', ...conflictSpans(reason.conflict, scene)];
    case 'proposal': return proposalSpans(reason.proposal, scene);
    default: return reason satisfies never;
  }
}

const criteria = (results: readonly CriterionResult[]): string => listed([...new Set(results.map((r) => r.criterion))], MOST_NAMES);

function jobWords({ kind, job, greens }: Extract<Reason, { readonly greens: number }>, now: number): Spans {
  const { state } = job;
  const link = state?.links.page ?? null;
  const name = link === null ? coded(job.job.name) : { words: job.job.name, link };
  switch (kind) {
    case 'red': return [name, state?.streak?.length === 1 ? ' failed its last run' : ` failed its last ${state?.streak?.length ?? 0} runs, since ${moment(state?.streak?.since ?? now, now)}`];
    case 'few-greens': return [name, ` has ${greens === 0 ? 'no green' : counted(greens, 'green')} in a row, ${GREENS} are needed`];
    case 'young': return [name, ` has ${counted(greens, 'run')} so far, ${GREENS} are needed`];
    case 'stale': return [name, state?.lastRun ? ` has finished no run since ${moment(state.lastRun, now)}` : ' has finished no run'];
    case 'dark': return [name, ' is not known: ', state?.problem ? 'it cannot be read' : job.health === 'pending' || state !== null && state.lastRun === null ? 'no run of it has finished' : state === null ? 'nothing has been read of it yet' : 'its source cannot be read just now'];
    default: return kind satisfies never;
  }
}

/** `e2e and unit (blocking) passed 3 times in a row or more, and 97% of 240 runs (90% needed)`. */
function wellWords({ jobs, rate, share }: Extract<Reason, { readonly kind: 'well' }>, board: Readiness['board']): Spans {
  const passed = rate.runs === 0 ? '' : `, and ${percent(rate.passed / rate.runs)} of ${counted(rate.runs, 'run')}${share === null ? '' : ` (${percentLimit(share)} needed)`}`;
  return [...jobNames(jobs), ` (${board ?? 'on no board'}) passed the last ${GREENS} times or more${passed}`];
}

/** Whose turn it is: owners with incidents, leads with proposals. */
function waiting({ reasons, platform }: Readiness, scene: Scene): Spans {
  const parts = reasons.flatMap((r): Spans[] => {
    if (r.kind === 'incident' && waits(r.incident, scene)) {
      const asked = r.incident.scope === 'here' ? platform.owners : scene.project.releaseSignal;
      return [[...asked.length === 0 ? ['somebody'] : whoAll(asked), ' (', issueOf(r.incident, scene), ')']];
    }
    if (r.kind === 'incident' && r.incident.acknowledged !== null) return [[who(r.incident.acknowledged.by), ' (', issueOf(r.incident, scene), ')']];
    return r.kind === 'proposal' ? [[...proposalSpans(r.proposal, scene)]] : [];
  });
  return parts.length === 0 ? ['—'] : joined(parts, '; ');
}

/** How far back days that were left out are worth a word. */
const LATELY = 14;

function leftOut({ days, daysOff, now }: ReadyFacts): Text {
  const first = Math.floor(now / 86_400_000) - LATELY;
  const some = [...days.keys()].some((key) => { const off = daysOff.get(key); return off !== undefined && [...off.platform, ...off.job].some((day) => day >= first); });
  return some ? [says('Days of freezes and downtimes, and those without a good poll, are left out of the rates.')] : [];
}

/** Platforms that do not ship, in a line. */
function outside({ project }: Scene, { ladder }: Evaluated): Text {
  const { others } = shipping(project, ladder);
  if (others.length === 0) return [];
  return [says(`Not part of the release by their step: ${listed(others.map((p) => `${p.id} on ${named(ladder, p.step)}`), 12)}.`)];
}
