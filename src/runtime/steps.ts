import type { PlannedAction } from '../domain/action.ts';
import type { PlatformEvent } from '../domain/event.ts';
import type { Evidence, ProjectFacts } from '../domain/evidence.ts';
import type { Ladder } from '../domain/ladder.ts';
import type { Platform, Project } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Text } from '../domain/text.ts';
import type { Evaluated } from '../commands/verb.ts';
import { mergedChangeText, MOST_WHOLE, overtakenText, stepChangeText, type Announced } from '../policy/ladder/announce.ts';
import { boardsDue } from '../policy/ladder/boards.ts';
import { adoptionEnd } from '../policy/ladder/cycles.ts';
import { evaluation, type PlatformEvaluation } from '../policy/ladder/evaluate.ts';
import type { Runtime } from './context.ts';
import { adoptedAt, storedEvidence } from './evidence.ts';
import { factsOf } from './ladder-facts.ts';
import { proposeBoards } from './board-proposals.ts';
import { keepEvaluation, keptEvaluation } from './kept-evaluation.ts';
import { proposeSteps } from './ladder-proposals.ts';
import { withOrigins, type StepEvent } from './step-origins.ts';
import { tendWarnings } from './step-warnings.ts';
import { inSlices } from './slices.ts';
import { knownTeams, readTeams } from './teams.ts';
import type { Tracked } from './tracked.ts';

/** What changed while Slack was not there is told when it is, unless it is older than this (ms): then it is no news. */
const NEWS = 7 * 86_400_000;

/** A step change is put down to a proposal that was approved no longer ago than this (ms): pull requests may wait. */
const APPROVED_WITHIN = 180 * 86_400_000;

interface Climbing {
  readonly project: Project;
  readonly ladder: Ladder;
  readonly facts: (more: Pick<ProjectFacts, 'teams' | 'adoptionUntil'>) => ProjectFacts;
}

function climbingOf({ project, loaded }: Tracked): Climbing | null {
  const ladder = loaded?.ladder ?? null;
  if (loaded === null || ladder === null) return null;
  return { project, ladder, facts: (more) => factsOf(loaded, more) };
}

/**
 * Records the steps and owners of the configuration in force, tells of steps that changed, and with `judges` evaluates every
 * platform. Whoever does it a second time, on this replica or another, changes nothing. False: the record waits for GitHub.
 */
export async function climb(rt: Runtime, tracked: Tracked, judges: boolean): Promise<boolean> {
  const climbing = climbingOf(tracked);
  if (climbing === null) return true;
  const recorded = await recordSteps(rt, climbing);
  if (judges) await evaluateProject(rt, climbing);
  return recorded;
}

/** Events and their announcements are written together, under ids that every replica gives them alike. */
async function recordSteps(rt: Runtime, climbing: Climbing): Promise<boolean> {
  const { project } = climbing;
  const known = Map.groupBy(await rt.store.platformEvents(project.name, 0), (e) => e.platform);
  const proposals = await rt.store.proposals(project.name, rt.now() - APPROVED_WITHIN);
  const news = project.platforms.flatMap((p) => newsOf(p, known.get(p.id) ?? [], project.name, rt.now(), proposals));
  const changes = await withOrigins(rt, project, news.filter((e) => e.kind === 'step'));
  if (changes === null) return false;
  const events = [...news.filter((e) => e.kind !== 'step'), ...changes];
  const untold = await untoldChanges(rt, project, [...known.values()].flat());
  const actions = changes.length + untold.length === 0 ? [] : await announcements(rt, climbing, [...untold, ...changes], proposals);
  if (events.length + actions.length === 0) return true;
  await rt.store.commit({ at: rt.now(), events, actions, record: rt.mode === 'dry' });
  for (const { platform, from, to } of changes) rt.log.info({ project: project.name, platform, from, to }, 'step changed');
  if (actions.length > 0) rt.wake();
  return true;
}

/** Changes on record of which nobody could be told, as there was no Slack or no channel. */
async function untoldChanges(rt: Runtime, project: Project, known: readonly PlatformEvent[]): Promise<StepEvent[]> {
  if (rt.slack === null) return [];
  const recent = known.filter((e): e is StepEvent => e.kind === 'step' && e.at >= rt.now() - NEWS);
  const rows = await Promise.all(recent.map((e) => rt.store.entityActions(`step:${project.name}:${e.id}`)));
  return recent.filter((_, i) => rows[i]?.length === 0);
}

/** What the configuration says of a platform and the record does not; `known`: its events, oldest first. */
function newsOf({ id, step, owners }: Platform, known: readonly PlatformEvent[], project: string, at: number, proposals: readonly Proposal[]): PlatformEvent[] {
  const placed = known.filter((e) => e.kind === 'step' || e.kind === 'adopted');
  const declared = known.filter((e) => e.kind === 'owners');
  const [last, before] = [placed.at(-1), declared.at(-1)?.owners];
  const stood = last === undefined ? null : last.kind === 'step' ? last.to : last.step;
  const about = { project, platform: id, at };
  const events: PlatformEvent[] = [];
  if (stood === null) events.push({ ...about, id: `adopted:${id}`, kind: 'adopted', step });
  else if (stood !== step) {
    const proposal = proposalFor(id, stood, step, proposals);
    events.push({ ...about, id: `step:${id}:${placed.length}`, kind: 'step', from: stood, to: step, by: null, url: proposal?.issue?.url ?? null, proposal: proposal?.id ?? null });
  }
  if (before === undefined || before.toString() !== owners.toString()) events.push({ ...about, id: `owners:${id}:${declared.length}`, kind: 'owners', owners });
  return events;
}

const proposalFor = (platform: string, from: number, to: number, proposals: readonly Proposal[]): Proposal | undefined =>
  proposals.findLast(({ state, pull, matter: m }) => state === 'approved' && pull?.state !== 'closed' && m.kind === 'step' && m.platform === platform && m.from === from && m.to === to);

/** Where GitHub lists the changes of the project's file; null: it is on the operator's disk. */
const historyOf = ({ web }: Runtime, { repo, file, origin }: Project): string | null => origin === 'repository' ? `${web}/${repo}/commits/HEAD/${file}` : null;

async function announcements(rt: Runtime, climbing: Climbing, changes: readonly StepEvent[], proposals: readonly Proposal[]): Promise<PlannedAction[]> {
  const { project, ladder } = climbing;
  const judged = await judgements(rt, climbing, changes);
  const told = changes.map((change): Told => ({ ...change, ...judged(change), change: change.change ?? null, proposal: proposals.find((p) => p.id === change.proposal) ?? null, history: historyOf(rt, project), project }));
  return [...rt.slack === null ? [] : told.flatMap((change) => cards(project, change, (brief) => stepChangeText(change, ladder, brief), told.length > MOST_WHOLE)), ...comments(project, ladder, told, proposals), ...told.flatMap((change) => overtaken(project, ladder, change))];
}

type Told = Announced & Pick<StepEvent, 'id' | 'at'>;

/** The change in the platform's own channel, and in the tiers channel, where many at once are told in short. */
function cards(project: Project, { id, platform, at, from, to }: Told, textOf: (brief: boolean) => Text, many: boolean): PlannedAction[] {
  const { tiers } = project.channels;
  const channels = [...new Set([tiers, project.platforms.find((p) => p.id === platform)?.slack ?? null])].filter((c) => c !== null);
  return channels.map((channel): PlannedAction => ({
    key: `step:${project.name}:${id}:ensure-card:0:${channel}`, project: project.name, entity: `step:${project.name}:${id}`, destination: `slack:${channel}`, family: null,
    action: { kind: 'ensure-card', document: { kind: 'step', id: `${project.name}/${id}` }, channel, at: null, since: at, text: textOf(many && channel === tiers), buttons: [], shown: 0 },
    summary: `tell ${channel} that ${platform} moves from step ${from} to ${to}`,
  }));
}

/** One comment below each pull request that changed steps and carried no proposal out: those who merged it learn what it came to. */
function comments({ name, repo }: Project, ladder: Ladder, told: readonly Told[], proposals: readonly Proposal[]): PlannedAction[] {
  const isOurs = (number: number): boolean => proposals.some(({ pull }) => pull?.number === number && pull.repo.toLowerCase() === repo.toLowerCase());
  const foreign = told.flatMap((t) => t.proposal === null && t.change?.pull && !isOurs(t.change.pull.number) ? [{ number: t.change.pull.number, told: t }] : []);
  return [...Map.groupBy(foreign, (f) => f.number)].map(([number, of]): PlannedAction => ({
    key: `step:${name}:pull-${number}:post-comment:0`, project: name, entity: `step:${name}:pull-${number}`, destination: `github:${repo}`, family: null,
    action: { kind: 'post-comment', repo, number, id: `steps.${name}.${number}`, since: Math.min(...of.map((f) => f.told.at)), text: mergedChangeText(of.map((f) => f.told), ladder) },
    summary: `tell on ${repo}#${number} what its merge means for ${of.map((f) => f.told.platform).join(', ')}`,
  }));
}

/** The pull request of an approval has nothing left to change where another one, or a push, brought the step. */
function overtaken({ name }: Project, ladder: Ladder, change: Told): PlannedAction[] {
  const pull = change.proposal?.pull ?? null;
  if (pull === null || pull.state !== 'open' || pull.number <= 0 || change.change === null || change.change.pull?.number === pull.number) return [];
  const { repo, number } = pull;
  const entity = `step:${name}:pull-${number}`;
  const row = { project: name, entity, destination: `github:${repo}`, family: null } as const;
  return [
    { ...row, key: `${entity}:post-comment:overtaken`, action: { kind: 'post-comment', repo, number, id: `steps.${name}.${number}.overtaken`, since: change.at, text: overtakenText(change, ladder) }, summary: `say on ${repo}#${number} why it is closed` },
    { ...row, key: `${entity}:close-pull-request:0`, action: { kind: 'close-pull-request', repo, number }, summary: `close ${repo}#${number}` },
  ];
}

/** How the criteria of the steps that were left and reached stand now, as if the platforms had always stood there. */
async function judgements(rt: Runtime, { project, ladder, facts }: Climbing, changes: readonly StepEvent[]): Promise<(change: StepEvent) => Pick<Announced, 'before' | 'after'>> {
  const now = rt.now();
  const stored = await storedEvidence(rt.store, project, now);
  const evidence: Evidence = { ...stored, platforms: stored.platforms.map((p) => ({ ...p, steps: [] })) };
  const known = facts({ teams: await knownTeams(rt.store, project.name), adoptionUntil: null });
  const left = new Map(changes.map((c) => [c.platform, c.from]));
  const at = async (platforms: ProjectFacts['platforms']): Promise<Map<string, PlatformEvaluation>> =>
    new Map((await inSlices(evaluation(evidence, ladder, { ...known, platforms }, now))).map((e) => [e.platform, e]));
  const after = await at(known.platforms);
  const before = await at(known.platforms.map((p) => ({ ...p, step: left.get(p.platform) ?? p.step })));
  return ({ platform }) => ({ before: before.get(platform)?.criteria ?? [], after: after.get(platform)?.criteria ?? [] });
}

async function evaluateProject(rt: Runtime, { project, ladder, facts }: Climbing): Promise<void> {
  const now = rt.now();
  const first = await adoptedAt(rt.store, project);
  const adoptionUntil = first === null ? null : adoptionEnd(first, ladder.adoptionCycles, project.releases);
  const known = facts({ teams: await readTeams(rt, project), adoptionUntil });
  const evidence = await storedEvidence(rt.store, project, now);
  const kept: Evaluated = { ladder, platforms: await inSlices(evaluation(evidence, ladder, known, now)) };
  await keepEvaluation(rt, project.name, kept);
  rt.log.info({ project: project.name, platforms: kept.platforms.length, seconds: (rt.now() - now) / 1000 }, 'platforms evaluated');
  // The first release cycles are for getting to know the ladder.
  if (adoptionUntil !== null && now >= adoptionUntil) {
    await proposeSteps(rt, project, kept);
    await proposeBoards(rt, project, await inSlices(boardsDue(evidence, known, now)));
  }
  await tendWarnings(rt, project, { evaluated: kept, facts: known, evidence });
}

/** Every platform against the ladder as any replica last evaluated them; null: nobody has yet. */
export const lastEvaluation = async (rt: Runtime, { project, loaded }: Tracked): Promise<Evaluated | null> =>
  loaded === null ? null : keptEvaluation(rt, project.name);
