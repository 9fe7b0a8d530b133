import type { OutboxRow, PlannedAction } from '../domain/action.ts';
import type { Conflict } from '../domain/conflict.ts';
import { standingJobs, type Incident } from '../domain/incident.ts';
import type { Ping } from '../domain/notice.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { StepWarning } from '../domain/step-warning.ts';
import { newsSince } from '../policy/facts.ts';
import { effectsOf } from '../policy/proposal-kinds.ts';
import { waitedFor } from '../policy/proposal-words.ts';
import { reconcile, type Desk } from '../policy/reconcile.ts';
import { reconcileProposal } from '../policy/reconcile-proposal.ts';
import type { ConflictChange } from '../policy/conflict-draft.ts';
import { reconcileConflict } from '../policy/reconcile-conflict.ts';
import { reconcileStepWarning } from '../policy/reconcile-step-warning.ts';
import type { WarningChange } from '../policy/step-warnings.ts';
import type { Change, ProposalChange, QuietChange } from '../policy/world.ts';
import type { CommitResult, Decision } from '../store/store.ts';
import { conflictDesk } from './conflicts/desk.ts';
import type { Runtime } from './context.ts';
import { askForLook } from './conflicts/asked.ts';
import { measureResponses } from './responses.ts';
import { tiersOf } from './tiers.ts';
import { channelsFor } from './tracked.ts';
import { noteIncident } from './warnings.ts';

/** Everything that one decision changes; the rows that follow from it are planned when it is committed. */
export interface Bundle extends Omit<Decision, 'at' | 'record' | 'incidents' | 'proposals' | 'stepWarnings' | 'conflicts' | 'quiets' | 'pings'> {
  readonly incidents?: readonly Change[];
  readonly proposals?: readonly ProposalChange[];
  readonly stepWarnings?: readonly WarningChange[];
  /** With the proposals that go with them. */
  readonly conflicts?: readonly ConflictChange[];
  readonly quiets?: readonly QuietChange[];
}

/** A mute that was taken back may come to be in force again (ms): longer than the longest proposal. */
const QUIETS_SINCE = 100 * 86_400_000;

/** Where the incident is told of, now. Without Slack and in shadow mode nothing is planned that nobody would read. */
export function deskOf(rt: Runtime, incident: Incident): Desk {
  const tracked = rt.projects.get(incident.project);
  const channels = rt.slack !== null && tracked ? channelsFor(tracked.project, incident) : [];
  return { now: rt.now(), channels };
}

/** Where proposals of a project are told of, now. */
export function proposalDesk(rt: Runtime, proposal: Proposal): Desk {
  const channel = rt.projects.get(proposal.project)?.project.channels.proposals ?? null;
  return { now: rt.now(), channels: rt.slack !== null && channel !== null ? [channel] : [], tiers: tiersOf(rt, proposal.project, proposal.matter.platform) };
}

/** Where a warning about a platform's step is told of, now. */
export const warningDesk = (rt: Runtime, { project, platform }: StepWarning): Desk => ({ now: rt.now(), channels: tiersOf(rt, project, platform) });

/**
 * Writes a decision with everything that follows from it (audit, mentions, what an approval puts in force, the outbox rows
 * that are missing) in one transaction. `conflict`: decide again on what is stored now.
 */
export async function commitBundle(rt: Runtime, given: Bundle): Promise<CommitResult> {
  const conflicts = given.conflicts ?? [];
  const bundle = { ...given, proposals: [...given.proposals ?? [], ...conflicts.flatMap((c) => c.proposals)] };
  const incidents = bundle.incidents ?? [];
  const { proposals } = bundle;
  const warnings = bundle.stepWarnings ?? [];
  const quiets = await withEffects(rt, bundle);
  const planned: PlannedAction[] = [...bundle.actions ?? []];
  for (const { incident, expected } of incidents) planned.push(...reconcile(incident, expected === null ? [] : await rowsOfIncident(rt, incident), deskOf(rt, incident)));
  for (const { proposal, expected } of proposals) planned.push(...reconcileProposal(proposal, await rowsOf(rt, `proposal:${proposal.id}`, expected === null), proposalDesk(rt, proposal)));
  for (const { warning, expected } of warnings) planned.push(...reconcileStepWarning(warning, await rowsOf(rt, `step-warning:${warning.id}`, expected === null), warningDesk(rt, warning)));
  for (const change of conflicts) planned.push(...await conflictActions(rt, change, proposals));
  const result = await rt.store.commit({
    ...bundle, at: rt.now(), record: rt.mode === 'dry',
    incidents: incidents.map(({ expected, incident }) => ({ expected, incident })),
    proposals: proposals.map(({ expected, proposal }) => ({ expected, proposal })),
    stepWarnings: warnings.map(({ expected, warning }) => ({ expected, warning })),
    conflicts: conflicts.map(({ expected, conflict }) => ({ expected, conflict })),
    quiets: quiets.map(({ expected, quiet }) => ({ expected, quiet })),
    audit: [...incidents.flatMap((c) => c.audit), ...proposals.flatMap((c) => c.audit), ...warnings.flatMap((c) => c.audit), ...conflicts.flatMap((c) => c.audit), ...bundle.audit ?? []],
    pings: [...incidents.flatMap((c) => c.pings), ...proposals.flatMap(asked), ...warnings.flatMap((c) => c.pings), ...conflicts.flatMap((c) => c.pings)].map((p) => ({ ...p, mode: rt.mode })),
    actions: planned,
  });
  if (result === 'committed') for (const project of watched(conflicts, proposals)) await askForLook(rt, project);
  if (result === 'committed') await afterwards(rt, incidents, proposals, planned.length > 0);
  return result;
}

/** Projects whose conflicts go on from here: one changed, or what it waits for was decided. */
const watched = (conflicts: readonly ConflictChange[], proposals: readonly ProposalChange[]): ReadonlySet<string> => new Set([
  ...conflicts.map((c) => c.conflict.project), ...proposals.filter(({ proposal: { matter } }) => matter.kind === 'deactivate' || matter.kind === 'reactivate').map((c) => c.proposal.project),
]);

/** What is missing for a conflict to be shown as it is now; the proposals beside it are those of this decision. */
async function conflictActions(rt: Runtime, { conflict, expected }: ConflictChange, proposals: readonly ProposalChange[]): Promise<PlannedAction[]> {
  const desk = await conflictDesk(rt, conflict);
  const now = (id: string | null, stored: Proposal | null): Proposal | null => proposals.find((p) => p.proposal.id === id)?.proposal ?? stored;
  return reconcileConflict(conflict, await rowsOf(rt, `conflict:${conflict.id}`, expected === null), { ...desk, proposal: now(conflict.proposal, desk.proposal), backProposal: now(conflict.backProposal, desk.backProposal) });
}

/** Whom a new proposal calls, and whom the word before its end. */
function asked({ expected, proposal, audit }: ProposalChange): Omit<Ping, 'mode'>[] {
  const { id, project, edition } = proposal;
  const called = (fact: string, name: string, at: number, handles: readonly string[]) => handles.map((handle) => ({ key: `${id}:${name}:${handle}`, at, project, incident: id, fact, handle }));
  const reminded = audit.find((a) => a.what === 'reminded');
  return [
    ...expected === null ? called('proposed', 'proposed', proposal.proposer.at, proposal.deciders) : [],
    ...reminded ? called('reminded', `reminded.${edition}`, reminded.at, waitedFor(proposal)) : [],
  ];
}

/** What the proposals put in force or take back, beside what was decided at once. */
async function withEffects(rt: Runtime, { proposals = [], quiets = [] }: Bundle): Promise<readonly QuietChange[]> {
  if (proposals.length === 0) return quiets;
  const all = new Map(quiets.map((q) => [q.quiet.id, q]));
  for (const { proposal, expected } of proposals) {
    const before = expected === null ? null : await rt.store.proposal(proposal.id);
    const effects = effectsOf(proposal, before, await rt.store.quiets(proposal.project, rt.now() - QUIETS_SINCE), rt.now());
    for (const change of effects.quiets) if (!all.has(change.quiet.id)) all.set(change.quiet.id, change);
  }
  return [...all.values()];
}

async function afterwards(rt: Runtime, incidents: readonly Change[], proposals: readonly ProposalChange[], rows: boolean): Promise<void> {
  for (const { incident, audit } of incidents) {
    const fact = incident.facts.at(-1);
    rt.log.info({ project: incident.project, platform: incident.platform, incident: incident.id, jobs: standingJobs(incident).map((j) => j.name), revision: incident.revision, state: incident.state, fact: fact?.kind }, 'incident changed');
    measureResponses(rt, incident, audit);
  }
  for (const { proposal } of proposals) rt.log.info({ project: proposal.project, proposal: proposal.id, revision: proposal.revision, state: proposal.state }, 'proposal changed');
  if (rows || incidents.length > 0) rt.wake();
  for (const { incident } of incidents) await noteIncident(rt, incident);
}

/** Writes one change of an incident. */
export const commitChange = (rt: Runtime, change: Change, extra: Pick<Decision, 'delivery' | 'settled' | 'events'> = {}): Promise<CommitResult> =>
  commitBundle(rt, { incidents: [change], ...extra });

const rowsOf = async (rt: Runtime, entity: string, isNew: boolean): Promise<OutboxRow[]> => isNew ? [] : rt.store.entityActions(entity);

/** The rows that what is missing for an incident is judged by. */
export const rowsOfIncident = (rt: Runtime, incident: Incident): Promise<OutboxRow[]> => rt.store.entityActions(`incident:${incident.id}`, newsSince(incident));

/** Plans what is missing for an incident that has not changed: a deadline of another row has passed, a channel was added. */
export async function reconcileOnly(rt: Runtime, incident: Incident): Promise<void> {
  const rows = await rowsOfIncident(rt, incident);
  await planMissing(rt, rows, reconcile(incident, rows, deskOf(rt, incident)));
}

/** The same for a proposal. */
export async function reconcileProposalOnly(rt: Runtime, proposal: Proposal): Promise<void> {
  const rows = await rt.store.entityActions(`proposal:${proposal.id}`);
  await planMissing(rt, rows, reconcileProposal(proposal, rows, proposalDesk(rt, proposal)));
}

/** The same for a conflict, whose proposals may have their issues by now. */
export async function reconcileConflictOnly(rt: Runtime, conflict: Conflict): Promise<void> {
  const rows = await rt.store.entityActions(`conflict:${conflict.id}`);
  await planMissing(rt, rows, reconcileConflict(conflict, rows, await conflictDesk(rt, conflict)));
}

async function planMissing(rt: Runtime, rows: readonly OutboxRow[], planned: readonly PlannedAction[]): Promise<void> {
  const known = new Set(rows.map((r) => r.key));
  const actions = planned.filter((a) => !known.has(a.key));
  if (actions.length === 0) return;
  await rt.store.commit({ at: rt.now(), actions, record: rt.mode === 'dry' });
  rt.wake();
}
