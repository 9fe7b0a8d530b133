import type { PullHead } from '../../domain/blocker-look.ts';
import { isOff, type Conflict, type SwitchPlan } from '../../domain/conflict.ts';
import type { Project } from '../../domain/project.ts';
import type { Proposal } from '../../domain/proposal.ts';
import type { PullNow } from '../../domain/pull.ts';
import type { SwitchMark } from '../../domain/build-switch.ts';
import { meantSwitches, type SwitchesNow } from '../../domain/switch-look.ts';
import { isBlocker } from '../../policy/blockers.ts';
import { cutOf } from '../../policy/conflict-deadlines.ts';
import type { ConflictFacts } from '../../policy/conflict-facts.ts';
import { markName } from '../../policy/reconcile-conflict.ts';
import { greensSince } from '../../policy/conflict-watch.ts';
import { detectByBoard, detectByChecks, type Detection } from '../../policy/conflicts.ts';
import { releaseFor } from '../../policy/world.ts';
import type { JobNow } from '../../signal/job-health.ts';
import { waitingChecks } from '../../signal/waiting-checks.ts';
import type { ConflictEyes, Runtime } from '../context.ts';
import { fileAnew } from '../lost-issues.ts';
import type { Tracked } from '../tracked.ts';
import { lookAtBlocker, type BlockerSeen } from './blocker.ts';

/** All that is looked up for one conflict has this long (ms). */
const LOOK_TIME = 20_000;
/** The merge that turned a platform off is compared with what was before for this long (ms). */
const COMPARED_FOR = 86_400_000;

/** What is looked up once for all conflicts of a project. */
export interface Around {
  readonly tracked: Tracked;
  readonly jobs: readonly JobNow[];
  readonly proposals: readonly Proposal[];
}

/** How everything is that the conflict depends on, as far as it can be read now. */
export async function conflictFacts(rt: Runtime, conflict: Conflict, { tracked, jobs, proposals }: Around): Promise<ConflictFacts & { /** Commits whose checks matter. */ readonly heads: readonly string[]; /** Pull requests that refer to the blocker, beside the one that is to be merged. */ readonly linked: readonly PullHead[] }> {
  const { project } = tracked;
  const now = rt.now();
  const eyes = rt.eyes ?? null;
  const [blocker, switches, pull, backPull, reactivation] = await Promise.all([
    blockerNow(rt, conflict, project), eyes === null ? null : switchesNow(eyes, conflict, project, markOf(conflict, proposals)), pullNow(rt, conflict, conflict.pull, conflict.stage === 'doing'),
    pullNow(rt, conflict, conflict.backPull, conflict.stage === 'returning'), issueNow(rt, conflict),
  ]);
  const job = platformJobs(jobs, conflict);
  return {
    project, now, unmentionable: rt.unmentionable.get(project.name) ?? new Set(), ...blocker, ...eyes !== null && switches !== null && await leavesOut(eyes, conflict, project, blocker, switches) ? { platform: 'unknown' } : {}, proposals, pull, backPull, reactivation,
    plan: eyes === null ? null : await planOf(eyes, conflict, project, switches, blocker.required), build: switches?.build ?? buildConfigured(project, conflict),
    greens: conflict.times.off === null ? new Map() : greensSince(job, conflict.times.off), upstreamReleased: conflict.exit.upstream === null ? null : conflict.exit.released !== undefined && conflict.exit.released !== null, ...await backNow(eyes, conflict, project, switches, markOf(conflict, proposals)),
    othersChanged: eyes === null ? [] : await othersChanged(eyes, conflict, project, pull ?? null, now), nextCut: nextCut(project, now),
  };
}

const platformJobs = (jobs: readonly JobNow[], { platform }: Conflict): JobNow[] => jobs.filter((j) => j.job.platform === platform);

/** Without switches the configuration's own word is all there is: `off` is believed, `on` may be a wish. */
const buildConfigured = (project: Project, { platform, branch, components }: Conflict): ConflictFacts['build'] =>
  meantSwitches(project, { branch, components }).length === 0 && project.platforms.find((p) => p.id === platform)?.build === 'off' ? 'off' : 'unknown';

/** The reverse edit: of the part that is asked for, or of all that is off. */
async function backNow(eyes: ConflictEyes | null, conflict: Conflict, project: Project, switches: SwitchesNow | null, mark: SwitchMark | null): Promise<Pick<ConflictFacts, 'back' | 'partBuilt'>> {
  if (switches === null || eyes === null) return { back: backByHand(project, conflict) };
  const part = conflict.wishedBack?.components ?? [];
  if (part.length === 0) return { back: switches.back };
  const now = await switchesNow(eyes, { ...conflict, components: part }, project, mark);
  return { back: now?.back ?? null, ...now?.build === 'on' ? { partBuilt: true } : {} };
}

/** Without switches somebody has to turn it on by hand. */
const backByHand = (project: Project, { branch, components, platform }: Conflict): ConflictFacts['back'] =>
  meantSwitches(project, { branch, components }).length > 0 ? null : { diff: null, byHand: `no switch of ${platform} is configured for ${branch}.` };

const nextCut = (project: Project, now: number): number | null => {
  const cuts = project.releases.map((r) => cutOf(r, now)).filter((c) => c !== null);
  return cuts.length === 0 ? null : Math.min(...cuts);
};

type OfBlocker = Pick<ConflictFacts, 'blocker' | 'detection' | 'platform' | 'redAt'> & { readonly required: readonly string[]; readonly heads: readonly string[]; readonly linked: readonly PullHead[] };

async function blockerNow(rt: Runtime, conflict: Conflict, project: Project): Promise<OfBlocker> {
  const { blocker } = conflict;
  if (blocker.kind === 'board') return boardNow(rt, conflict, project);
  const look = await lookAtBlocker(rt, project, blocker.number, LOOK_TIME);
  const unknown: OfBlocker = { blocker: { state: 'unknown', blocks: true, because: look.ok ? 'it is not to be found' : look.why }, detection: null, platform: 'unknown', redAt: null, required: [], heads: [], linked: [] };
  return look.ok && look.value !== null ? seenNow(conflict, project, look.value) : unknown;
}

function seenNow(conflict: Conflict, project: Project, seen: BlockerSeen): OfBlocker {
  const { now, facts, redAt } = seen;
  const checks = facts.checks ?? [];
  const own = checks.filter((c) => conflict.evidence.checks.some((e) => e.name === c.name) || (c.platforms.length === 1 && c.platforms[0] === conflict.platform));
  const red = own.some((c) => c.state === 'red' || (c.state === 'once' && isOff(conflict)));
  const reds = own.map((c) => redAt.get(c.name)).filter((t) => t !== undefined);
  return {
    blocker: { state: stateOf(seen), ...blocksNow(project, seen) }, detection: conflict.stage === 'watching' || conflict.stage === 'returning' || now.state !== 'open' ? null : detected(facts),
    platform: own.length === 0 ? 'unknown' : own.every((c) => c.state === 'green') ? 'green' : red ? 'red' : 'unknown', redAt: reds.length === 0 ? null : Math.max(...reds), required: checks.map((c) => c.name), heads: seen.pull === null ? [] : [seen.pull.head], linked: now.linked.filter((l) => l.number !== seen.pull?.number),
  };
}

/** An issue is as its pull request is once that is merged: what was blocked has happened. */
const stateOf = ({ now, pull }: BlockerSeen): 'open' | 'merged' | 'closed' => now.kind === 'issue' && now.state === 'open' && pull?.state === 'merged' ? 'merged' : now.state;

/** Checks that could not be read say nothing. */
const detected = (facts: BlockerSeen['facts']): Detection | null => facts.checks === null ? null : detectByChecks(facts);

/** Whether it blocks any release. Where no release says what blocks it, a person's word is enough. */
function blocksNow(project: Project, { now }: BlockerSeen): { readonly blocks: boolean; readonly because: string } {
  const ruled = project.releases.filter((r) => (r.conflict?.blockerLabels.length ?? 0) > 0 || r.milestone !== null);
  if (ruled.length === 0) return { blocks: true, because: 'somebody says so' };
  const words = ruled.map((release) => isBlocker(now, release));
  return words.find((w) => w.blocks) ?? words[0] ?? { blocks: true, because: '' };
}

/** A blocking board: whether its jobs of this platform are red, and whether the release is still to be cut. */
async function boardNow(rt: Runtime, conflict: Conflict, project: Project): Promise<OfBlocker> {
  const { blocker, platform, branch } = conflict;
  const release = project.releases.find((r) => r.name === (blocker.kind === 'board' ? blocker.release : null)) ?? releaseFor(project, branch);
  const incidents = await rt.store.incidents(project.name, Number.MAX_SAFE_INTEGER);
  const keys = new Set(blocker.kind === 'board' ? blocker.jobs.map((j) => j.key) : []);
  const red = incidents.some((i) => i.platform === platform && i.state === 'open' && i.jobs.some((j) => keys.has(j.key) && j.left === null));
  const cut = release === null ? null : cutOf(release, rt.now());
  const off = isOff(conflict);
  return {
    blocker: { state: cut === null && !off ? 'closed' : 'open', blocks: true, because: 'it is cut' }, detection: release === null || off ? null : detectByBoard({ project, release, incidents, now: rt.now() }),
    platform: red ? 'red' : 'green', redAt: null, required: [], heads: [], linked: [],
  };
}

async function switchesNow(eyes: ConflictEyes, conflict: Conflict, project: Project, mark: SwitchMark | null): Promise<SwitchesNow | null> {
  if (meantSwitches(project, conflict).length === 0) return null;
  const look = await eyes.switches.switches({ ...askOf(conflict, project), mark }, { deadline: LOOK_TIME });
  return look.ok ? look.value : { build: 'unknown', plan: null, back: null };
}

/** What the markers of this conflict name, once it is off: another's markers may stand beside them. */
function markOf(conflict: Conflict, proposals: readonly Proposal[]): SwitchMark | null {
  const first = proposals.find((p) => p.id === conflict.proposal);
  return !isOff(conflict) || conflict.reactivation === null || first === undefined ? null : { proposal: markName(first), link: conflict.reactivation.url };
}

/**
 * Whether the blocker is green only as it does not build the platform itself: its author has taken the edit into it, as in
 * 2016. That is no fix. Where its files cannot be read it counts as such, so that nothing is ended on a guess.
 */
async function leavesOut(eyes: ConflictEyes, conflict: Conflict, project: Project, { platform, heads: [head] }: OfBlocker, { plan }: SwitchesNow): Promise<boolean> {
  if (platform !== 'green' || head === undefined || plan === null || isOff(conflict)) return false;
  const look = await eyes.switches.switches({ ...askOf(conflict, project), at: head }, { deadline: LOOK_TIME });
  const there = look.ok ? look.value.plan?.removed ?? [] : [];
  return plan.removed.some((r) => !there.some((t) => t.file === r.file && t.at === r.at && t.entry === r.entry));
}

const askOf = ({ platform, branch, components, unmarked = [] }: Conflict, project: Project) => ({ project, platform, branch, components, mark: null, unmarked });

/** What turning it off would change, with the checks that would wait for it and the other places that name it; looked for only when it is about to be proposed. */
async function planOf(eyes: ConflictEyes, conflict: Conflict, project: Project, switches: SwitchesNow | null, required: readonly string[]): Promise<SwitchPlan | null> {
  const { stage, remedy, platform, branch, plan: known } = conflict;
  if (remedy !== 'deactivate' || (stage !== 'fixing' && stage !== 'proposing' && stage !== 'deciding' && stage !== 'doing')) return null;
  const plan = switches === null && meantSwitches(project, conflict).length === 0
    ? { removed: [], diff: null, byHand: `no switch of ${platform} is configured for ${branch} (\`switches:\`).`, elsewhere: [], waiting: [] } : switches?.plan ?? null;
  if (plan === null) return null;
  const elsewhere = known !== null && known.diff === plan.diff ? known.elsewhere : await elsewhereNow(eyes, conflict, project);
  // What could not be read now was read before.
  const waiting = required.length === 0 && known !== null ? known.waiting : waitingChecks(required, platform, project.platforms);
  return { ...plan, elsewhere, waiting };
}

async function elsewhereNow(eyes: ConflictEyes, conflict: Conflict, project: Project): Promise<readonly string[]> {
  const look = await eyes.switches.elsewhere(askOf(conflict, project), { deadline: LOOK_TIME });
  return look.ok ? look.value : conflict.plan?.elsewhere ?? [];
}

/** A pull request of its own, where what has become of it matters now. */
async function pullNow(rt: Runtime, { repo }: Conflict, pull: Conflict['pull'], matters: boolean): Promise<PullNow | null> {
  if (pull === null || pull.number <= 0 || !matters || rt.github === null) return null;
  return rt.github.pull(pull.repo, pull.number, { deadline: LOOK_TIME, via: repo });
}

/** The reactivation issue, unless something of ours is on its way to it. */
async function issueNow(rt: Runtime, { id, reactivation, stage }: Conflict): Promise<ConflictFacts['reactivation']> {
  if (reactivation === null || reactivation.number <= 0 || rt.github === null || (stage !== 'watching' && stage !== 'returning')) return null;
  const rows = await rt.store.entityActions(`conflict:${id}`);
  if (rows.some((r) => r.action.kind === 'ensure-document' && (r.state === 'pending' || r.state === 'leased'))) return { state: 'unknown', closedAt: null };
  const now = await rt.github.issueNow(reactivation.repo, reactivation.number);
  if (now.state === 'missing') await fileAnew(rt, `conflict:${id}`, reactivation.number);
  return { state: now.state, closedAt: null };
}

/** Other platforms whose switches changed with the merge; asked as long as it is fresh. */
async function othersChanged(eyes: ConflictEyes, conflict: Conflict, project: Project, pull: PullNow | null, now: number): Promise<ConflictFacts['othersChanged']> {
  const { times, facts } = conflict;
  const number = conflict.pull?.number ?? pull?.number ?? 0;
  if (times.off === null || times.back !== null || number <= 0 || now - times.off > COMPARED_FOR || facts.some((f) => f.kind === 'others-changed')) return [];
  const look = await eyes.switches.othersChanged(askOf(conflict, project), number, { deadline: LOOK_TIME });
  return look.ok ? look.value : [];
}
