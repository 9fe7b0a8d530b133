import type { BlockerNow, PullHead } from '../../domain/blocker-look.ts';
import { isOpenConflict, type Blocker, type Conflict } from '../../domain/conflict.ts';
import { says } from '../../domain/text.ts';
import type { Project, Release } from '../../domain/project.ts';
import { isBlocker } from '../../policy/blockers.ts';
import { addAttempt } from '../../policy/conflict-acts.ts';
import type { ConflictChange } from '../../policy/conflict-draft.ts';
import { openConflict } from '../../policy/conflict-open.ts';
import { advance } from '../../policy/conflict-stage.ts';
import { detectByBoard, detectByChecks, type Detection } from '../../policy/conflicts.ts';
import { commitBundle, reconcileConflictOnly } from '../commit.ts';
import { askForPoll } from '../commands/rounds.ts';
import { jobsStored } from '../commands/scene.ts';
import type { ConflictEyes, Runtime } from '../context.ts';
import type { Tracked } from '../tracked.ts';
import { askForLook } from './asked.ts';
import { checksOf } from './blocker.ts';
import { conflictFacts, type Around } from './facts.ts';
import { watch, type Watched } from './watched.ts';

/** Blockers of one project that one look reads; the rest is read with the next. */
const MOST_BLOCKERS = 30;
/** All lookups for one blocker have this long (ms), and the list of them. */
const LOOK_TIME = 20_000;
/** A conflict that has been over for longer is not looked at any more (ms): no word that arrives late takes that long. */
const OVER_FOR = 30 * 86_400_000;
/** Proposals that were decided longer ago are nothing that a conflict waits for (ms). */
const DECIDED_WITHIN = 400 * 86_400_000;

/** Looks at what blocks the project's releases, and brings every conflict in line with how things are. Done a second time it changes nothing. */
export async function lookAtConflicts(rt: Runtime, tracked: Tracked): Promise<void> {
  const { project } = tracked;
  const known = await rt.store.conflicts(project.name, rt.now() - OVER_FOR);
  if (known.length === 0 && !project.releases.some(hasRules)) return;
  const seen = await openNew(rt, tracked);
  const conflicts = await rt.store.conflicts(project.name, rt.now() - OVER_FOR);
  const heads = seen.flatMap((s) => s.heads);
  const numbers = [...seen.flatMap((s) => s.numbers), ...conflicts.filter(isOpenConflict).flatMap(numbersOf)];
  if (conflicts.length > 0) {
    const jobs = await jobsStored(rt, tracked, await rt.store.sourceHealth(project.name));
    // What one of them has just proposed is known to the next.
    for (const { id } of conflicts) heads.push(...await carryOn(rt, id, { tracked, jobs, proposals: await rt.store.proposals(project.name, rt.now() - DECIDED_WITHIN) }));
  }
  await watch(rt, project.name, { numbers, heads });
}

/** Issues and pull requests that a conflict hangs on. */
const numbersOf = ({ blocker, pull, backPull, reactivation }: Conflict): readonly number[] =>
  [blocker.kind === 'board' ? 0 : blocker.number, pull?.number ?? 0, backPull?.number ?? 0, reactivation?.number ?? 0].filter((n) => n > 0);

/** Whether a release says what blocks it: a label, a milestone, or its date for its blocking board. */
const hasRules = (release: Release): boolean => (release.conflict?.blockerLabels.length ?? 0) > 0 || release.milestone !== null || release.date !== null;

/** One conflict by how things are now; overtaken by a word or a receipt it is looked at again soon. The commits whose checks it waits for. */
async function carryOn(rt: Runtime, id: string, around: Around): Promise<readonly string[]> {
  const conflict = await rt.store.conflict(id);
  if (conflict === null) return [];
  const facts = isOpenConflict(conflict) || isWorthALook(conflict) ? await conflictFacts(rt, conflict, around) : null;
  const change = facts === null ? null : attempted(conflict, facts.linked, rt.now()) ?? advance(conflict, facts);
  if (change === null) await reconcileConflictOnly(rt, conflict);
  else if (await commitBundle(rt, { conflicts: [change] }) !== 'committed') await askForLook(rt, conflict.project);
  // Built again, its step is judged anew.
  else if (change.conflict.outcome === 'back' && conflict.outcome !== 'back') await askForPoll(rt, conflict.project);
  return facts?.heads ?? [];
}

/** A pull request that somebody has linked is an attempt as well (policy.md, conflict 2); the next look takes the next. */
function attempted(conflict: Conflict, linked: readonly PullHead[], now: number): ConflictChange | null {
  if (conflict.stage !== 'fixing') return null;
  for (const { repo, number, url, title, author } of linked) {
    const change = addAttempt(conflict, { by: author ?? 'somebody', surface: 'github', at: now, now, text: `${title} ${url}`, source: `pull:${repo.toLowerCase()}#${number}` });
    if (change !== null) return change;
  }
  return null;
}

/** Over, but a late word, or a platform that comes back, may revive it. */
const isWorthALook = ({ outcome, times }: Conflict): boolean => outcome === 'declined' || (outcome === 'gone' && times.off !== null);

/** Opens what is seen for the first time, or again. */
async function openNew(rt: Runtime, { project }: Tracked): Promise<readonly Seen[]> {
  const seen = [...await byChecks(rt, project), ...await byBoards(rt, project)];
  for (const found of seen) {
    if (found.detection.kind === 'suspect') await tellSuspect(rt, project, found);
    if (found.detection.kind !== 'conflict') continue;
    const change = await opening(rt, project, found, found.detection);
    // Overtaken: it is open already.
    if (change !== null) await commitBundle(rt, { conflicts: [change] });
  }
  return seen;
}

/** `numbers`, `heads`: what is heard of it from now on. */
interface Seen extends Watched { readonly blocker: Blocker; readonly branch: string; readonly detection: Detection; readonly evidence: unknown }

async function opening(rt: Runtime, project: Project, { blocker, branch, evidence }: Seen, found: Extract<Detection, { kind: 'conflict' }>): Promise<ConflictChange | null> {
  return openConflict({
    project, found, blocker, branch, components: [], said: null, known: await rt.store.conflicts(project.name, 0), unmentionable: rt.unmentionable.get(project.name) ?? new Set(), now: rt.now(), evidence,
  });
}

/** What the checks of open blockers show. */
async function byChecks(rt: Runtime, project: Project): Promise<Seen[]> {
  const eyes = rt.eyes ?? null;
  const seen: Seen[] = [];
  if (eyes === null) return seen;
  for (const now of (await openBlockers(rt, eyes, project)).slice(0, MOST_BLOCKERS)) {
    const { blocker, branch, facts, pull, problems } = await checksOf(rt, eyes, project, now, performance.now() + LOOK_TIME);
    if (facts.checks === null) rt.log.debug({ project: project.name, blocker: `${now.repo}#${now.number}`, problems }, 'the checks of a blocker could not be read');
    const heard: Watched = { numbers: [now.number, ...now.linked.map((l) => l.number)], heads: pull === null ? [] : [pull.head] };
    seen.push({ ...heard, blocker, branch, detection: detectByChecks(facts), evidence: { blocker: `${now.repo}#${now.number}`, checks: facts.checks } });
  }
  return seen;
}

/** Open issues and pull requests that block any of the releases, each once. */
async function openBlockers(rt: Runtime, eyes: ConflictEyes, project: Project): Promise<BlockerNow[]> {
  const found = new Map<number, BlockerNow>();
  for (const release of project.releases) {
    const rules = { labels: release.conflict?.blockerLabels ?? [], milestone: release.milestone };
    if (rules.labels.length === 0 && rules.milestone === null) continue;
    const look = await eyes.blockers.blockers(project.repo, rules, { deadline: LOOK_TIME });
    if (!look.ok) rt.log[look.lasting ? 'warn' : 'debug']({ project: project.name, reason: look.why }, 'the release blockers could not be read');
    for (const one of look.ok ? look.value : []) if (isBlocker(one, release).blocks) found.set(one.number, one);
  }
  return [...found.values()];
}

/** What the blocking boards show before a cut. */
async function byBoards(rt: Runtime, project: Project): Promise<Seen[]> {
  const incidents = project.releases.some((r) => r.date !== null) ? await rt.store.incidents(project.name, Number.MAX_SAFE_INTEGER) : [];
  return project.releases.flatMap((release): Seen[] => {
    const detection = detectByBoard({ project, release, incidents, now: rt.now() });
    if (detection.kind !== 'conflict') return [];
    const jobs = incidents.filter((i) => i.platform === detection.platform && i.state === 'open').flatMap((i) => i.jobs)
      .filter((j) => detection.evidence.checks.some((c) => c.name === j.name)).map((j) => ({ key: j.key, name: j.name, url: j.links.page }));
    return [{ blocker: { kind: 'board', release: release.name, jobs }, branch: release.branch, detection, numbers: [], heads: [], evidence: { release: release.name, jobs } }];
  });
}

/** Several platforms are red: it is said on the blocker once, and nothing is proposed. */
async function tellSuspect(rt: Runtime, project: Project, { blocker, detection }: Seen): Promise<void> {
  if (blocker.kind === 'board' || detection.kind !== 'suspect') return;
  const { repo, number } = blocker;
  const id = `suspect.${project.name}.${repo.toLowerCase()}.${number}`;
  if ((await rt.store.entityActions(`blocker:${id}`)).length > 0) return;
  const text = [says(`${detection.because} No platform is proposed to be turned off for it.`)];
  await rt.store.commit({
    at: rt.now(), record: rt.mode === 'dry', actions: [{
      key: `blocker:${id}:post-comment`, project: project.name, entity: `blocker:${id}`, destination: `github:${repo}`, family: null, summary: `say on ${repo}#${number} that it is the likely cause`,
      action: { kind: 'post-comment', repo, number, id, since: rt.now(), text },
    }],
  });
  rt.wake();
}
