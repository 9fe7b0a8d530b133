import type { Matter, Proposal } from '../domain/proposal.ts';
import type { Project, Release } from '../domain/project.ts';
import type { Quiet } from '../domain/quiet.ts';
import { moment } from '../domain/time.ts';
import { matterFails, sameDeactivation, sameReactivation } from './conflict-matter.ts';
import type { BoardMatter } from './board-words.ts';
import { stepName } from './step-words.ts';
import { platformOf, releaseFor, type QuietChange } from './world.ts';

type OfKind<K extends Matter['kind']> = Extract<Matter, { readonly kind: K }>;

/** What a matter rests on, as it is now. */
export interface Facts {
  readonly project: Project;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What follows from a decision beside its issue and messages. */
export interface Effects {
  readonly quiets: readonly QuietChange[];
}

interface EffectsOf<M> {
  readonly matter: M;
  readonly proposal: Proposal;
  /** It came to be approved just now, or ceased to be. */
  readonly turned: 'approved' | 'revoked';
  /** Mutes and downtimes that are not over. */
  readonly quiets: readonly Quiet[];
  readonly now: number;
}

/** What one kind of matter means; the compiler names what a new one lacks. */
interface Rules<M extends Matter> {
  /** What it is about, for its id. */
  readonly about: (matter: M) => string;
  /** Proposed twice it is one proposal, though details differ. */
  readonly same: (a: M, b: M) => boolean;
  /** What was approved of `a` is `b` as well: approvals go on to count. */
  readonly sameSubstance: (a: M, b: M) => boolean;
  /** The release whose leads decide. */
  readonly release: (matter: M, project: Project) => Release | null;
  /** After this moment (epoch ms) nothing is left to be decided; null: there is none. */
  readonly over: (matter: M) => number | null;
  /** Why there is nothing to decide any more, as a sentence without its full stop; null: it still holds. */
  readonly failing: (matter: M, facts: Facts) => string | null;
  readonly effects: (context: EffectsOf<M>) => Effects;
}

const RULES: { readonly [K in Matter['kind']]: Rules<OfKind<K>> } = {
  mute: {
    about: (m) => m.jobName,
    same: (a, b) => a.job === b.job,
    sameSubstance: (a, b) => a.job === b.job && a.until === b.until,
    release: (m, project) => releaseFor(project, jobOf(m, project)?.branch ?? null),
    over: (m) => m.until,
    failing: muteFails,
    effects: ({ turned, ...context }) => ({ quiets: turned === 'approved' ? muted(context) : unmuted(context) }),
  },
  step: {
    about: (m) => m.platform,
    same: (a, b) => a.platform === b.platform && a.to === b.to,
    sameSubstance: (a, b) => a.platform === b.platform && a.from === b.from && a.to === b.to,
    release: (_m, project) => releaseFor(project, null),
    over: () => null,
    failing: stepFails,
    // What follows is a pull request, a row of the proposal's own (`reconcile-proposal.ts`).
    effects: () => ({ quiets: [] }),
  },
  board: {
    about: (m) => m.jobName,
    same: (a, b) => a.job === b.job,
    sameSubstance: (a, b) => a.job === b.job && a.from === b.from && a.to === b.to,
    release: (m, project) => releaseFor(project, m.branch),
    over: () => null,
    failing: boardFails,
    effects: () => ({ quiets: [] }),
  },
  deactivate: {
    about: (m) => m.platform,
    same: (a, b) => a.case.conflict === b.case.conflict && a.remedy === b.remedy,
    sameSubstance: sameDeactivation,
    release: (m, project) => releaseFor(project, m.branch),
    over: (m) => m.case.cut,
    failing: (m, { project }) => matterFails(m, project),
    // What follows is the conflict's: its reactivation issue first, then the edit (`conflict-stage.ts`).
    effects: () => ({ quiets: [] }),
  },
  reactivate: {
    about: (m) => m.platform,
    same: (a, b) => a.conflict === b.conflict,
    sameSubstance: sameReactivation,
    release: (m, project) => releaseFor(project, m.branch),
    over: () => null,
    failing: (m, { project }) => matterFails(m, project),
    effects: () => ({ quiets: [] }),
  },
};

const jobOf = (m: Pick<OfKind<'mute'>, 'job'>, project: Project) => project.platforms.flatMap((p) => p.jobs).find((j) => j.key === m.job) ?? null;

function muteFails(m: OfKind<'mute'>, { project, now }: Facts): string | null {
  const job = jobOf(m, project);
  if (job === null) return `${m.jobName} on ${m.platform} is not tracked any more`;
  if (job.board !== 'blocking') return `${m.jobName} on ${m.platform} does not block the release any more, so it can be muted without a decision`;
  return m.until <= now ? `the time until which it was to be muted, ${moment(m.until, now)}, has passed` : null;
}

function boardFails(m: BoardMatter, { project }: Facts): string | null {
  const job = jobOf(m, project);
  if (job === null) return `${m.jobName} on ${m.platform} is not tracked any more`;
  if (job.board === m.from) return null;
  return job.board === m.to ? `${m.jobName} on ${m.platform} stands on the ${m.to} board already` : `${m.jobName} on ${m.platform} stands on no board by now`;
}

function stepFails(m: OfKind<'step'>, { project }: Facts): string | null {
  const platform = platformOf(project, m.platform);
  if (platform === null) return `${m.platform} is not tracked any more`;
  if (platform.step === m.from) return null;
  return platform.step === m.to ? `${m.platform} stands on ${stepName(m.to, m.after)} already` : `${m.platform} stands on step ${platform.step} by now, and not on ${stepName(m.from, m.before)}`;
}

/** Each turn to yes has a mute of its own, told apart by its moment, so that one which was ended is never revived. */
function muted({ matter, proposal, now }: Omit<EffectsOf<OfKind<'mute'>>, 'turned'>): QuietChange[] {
  if (matter.until <= now) return [];
  return [{ expected: null, quiet: {
    kind: 'mute', id: muteId(proposal, now), project: proposal.project, revision: 1, platform: matter.platform, job: matter.job, jobName: matter.jobName,
    from: proposal.decidedAt ?? now, to: matter.until, reason: matter.reason, by: proposal.proposer.by, at: now, ended: null, proposal: proposal.id,
  } }];
}

/** By the moment of the decision: one that lapsed and was made good may be of the same moment as before, and its mute has ended. */
function muteId({ id, decidedAt, votes }: Proposal, now: number): string {
  const lapses = votes.filter((v) => v.kind === 'lapse').length;
  return `${id}-${(decidedAt ?? now).toString(36)}${lapses === 0 ? '' : `-${lapses}`}`;
}

const unmuted = ({ proposal, quiets, now }: Omit<EffectsOf<OfKind<'mute'>>, 'turned'>): QuietChange[] =>
  quiets.filter((q) => q.kind === 'mute' && q.proposal === proposal.id && q.ended === null && q.to > now)
    .map((quiet) => ({ expected: quiet.revision, quiet: { ...quiet, revision: quiet.revision + 1, ended: { by: 'archsignal', at: now } } }));

/** The rules of a matter's kind. */
// The table pairs each kind with its own rules, which the compiler does not follow through an index.
const rulesOf = (matter: Matter): Rules<Matter> => RULES[matter.kind] as Rules<Matter>;

export const aboutOf = (matter: Matter): string => rulesOf(matter).about(matter);

/** Whether the two propose the same, details aside: one of them may be open at a time. */
export const sameMatter = (a: Matter, b: Matter): boolean => a.kind === b.kind && rulesOf(a).same(a, b);

export const sameSubstance = (a: Matter, b: Matter): boolean => a.kind === b.kind && rulesOf(a).sameSubstance(a, b);

export const releaseOf = (matter: Matter, project: Project): Release | null => rulesOf(matter).release(matter, project);

export const overAt = (matter: Matter): number | null => rulesOf(matter).over(matter);

/** Who decides about the matter by the configuration of now; where that names nobody, those who were asked at first. */
export function decidersNow(proposal: Proposal, project: Project): readonly string[] {
  const leads = releaseOf(proposal.matter, project)?.leads ?? [];
  return leads.length > 0 ? leads : proposal.deciders;
}

/**
 * Why what the proposal rests on no longer holds, as a clause that begins small and has no full stop; null: it holds, or is
 * decided already. The caller invalidates it then.
 */
export const stillHolds = (proposal: Proposal, facts: Facts): string | null =>
  proposal.state === 'open' ? rulesOf(proposal.matter).failing(proposal.matter, facts) : null;

/** Why the matter has nothing to be decided, or done, about any more, as above; whatever has become of a proposal of it. */
export const matterFailing = (matter: Matter, facts: Facts): string | null => rulesOf(matter).failing(matter, facts);

const NOTHING: Effects = { quiets: [] };

/**
 * What follows from the proposal's turn from `before` (null: it is new) to what it is now. `quiets`: mutes and downtimes
 * that are not over. An approval that an earlier word has revoked is undone.
 */
export function effectsOf(proposal: Proposal, before: Proposal | null, quiets: readonly Quiet[], now: number): Effects {
  const [is, was] = [proposal.state === 'approved', before?.state === 'approved'];
  if (is === was) return NOTHING;
  return rulesOf(proposal.matter).effects({ matter: proposal.matter, proposal, turned: is ? 'approved' : 'revoked', quiets, now });
}
