import { parseCommand } from '../../src/commands/grammar.ts';
import { mistakeReply, refusalReply } from '../../src/commands/replies.ts';
import type { Evaluated, Outcome, Place, Scene, Spoken, Verb } from '../../src/commands/verb.ts';
import { approve } from '../../src/commands/verbs/approve.ts';
import { demote } from '../../src/commands/verbs/demote.ts';
import { exception } from '../../src/commands/verbs/exception.ts';
import { mute } from '../../src/commands/verbs/mute.ts';
import { object } from '../../src/commands/verbs/object.ts';
import { promote } from '../../src/commands/verbs/promote.ts';
import { reject } from '../../src/commands/verbs/reject.ts';
import { signOff } from '../../src/commands/verbs/sign-off.ts';
import { withdraw } from '../../src/commands/verbs/withdraw.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import type { Project } from '../../src/domain/project.ts';
import type { Quiet } from '../../src/domain/quiet.ts';
import { plainText } from '../../src/domain/text.ts';
import { JOB, project as someProject } from '../policy/proposals-given.ts';
import { HOUR, makeJob, START } from '../policy/story.ts';

export const MINUTE = 60_000;
const VERBS: readonly Verb[] = [mute, approve, reject, object, withdraw, promote, demote, signOff, exception];

/** A job that blocks nothing. */
export const INFORMING = { ...makeJob({ platform: 'linux/s390x', name: 'ci-unit-s390x', suite: 'unit' }), board: 'informing' as const };

export const roomProject = (over: Partial<Project> = {}): Project => {
  const base = someProject(over);
  return { ...base, platforms: over.platforms ?? base.platforms.map((p) => ({ ...p, jobs: [JOB, INFORMING] })) };
};

export interface Answered {
  readonly verdict: Outcome['verdict'] | 'mistake';
  readonly text: string;
  readonly outcome: Outcome | null;
}

/**
 * People who give commands, one after the other, the way the runtime takes them: read, looked up, decided, stored. Teams are
 * who is in them when somebody speaks.
 */
export class Room {
  project = roomProject();
  now = START;
  proposals: Proposal[] = [];
  quiets: Quiet[] = [];
  /** What the daily evaluation found; null: there was none yet. */
  ladder: Evaluated | null = null;
  /** People whom GitHub cannot be asked about. */
  unsure: readonly string[] = [];
  teams: Record<string, readonly string[]> = { '@demo/release-team': ['ivan', 'maria', 'anna'], '@demo/signal': ['olga', 'sina'], '@demo/s390x-owners': ['paula'] };
  #n = 0;

  wait(ms: number): this {
    this.now += ms;
    return this;
  }

  get scene(): Scene {
    return { project: this.project, now: this.now, jobs: [], incidents: [], proposals: this.proposals, conflicts: [], quiets: this.quiets.filter((q) => q.ended === null && q.to > this.now), unmentionable: new Set(), ladder: this.ladder };
  }

  get proposal(): Proposal {
    const [only] = this.proposals;
    if (!only || this.proposals.length > 1) throw new Error(`${this.proposals.length} proposals`);
    return only;
  }

  get muted(): readonly string[] { return this.quiets.filter((q) => q.ended === null && q.to > this.now).map((q) => q.kind === 'mute' ? q.jobName : q.platform); }

  /** Gives a proposal the issue that GitHub's receipt would. */
  issue(number: number, id = this.proposal.id): this {
    this.proposals = this.proposals.map((p) => p.id === id ? { ...p, revision: p.revision + 1, issue: { repo: p.repo, number, url: `https://github.example/${p.repo}/issues/${number}` } } : p);
    return this;
  }

  /** Somebody says a line; a minute passes. `place`: where, if not on an issue of somebody else. */
  say(login: string | null, line: string, place: Partial<Place> = {}, at = this.now): Answered {
    this.wait(MINUTE);
    const surface = place.surface ?? 'github';
    const spoken: Spoken = {
      actor: { surface, login, slack: surface === 'slack' ? { team: 'T1', user: 'U1' } : null }, at, source: `c${++this.#n}:1`, delivery: `d${this.#n}`, url: null,
      place: { surface, issue: surface === 'github' ? { repo: 'demo/demo', number: 3 } : null, channel: null, incident: null, proposal: null, edition: null, platform: null, ...place },
    };
    const parsed = parseCommand(line, this.scene, spoken, VERBS);
    if (!parsed.ok) return { verdict: 'mistake', text: plainText(mistakeReply(line, parsed.mistake, parsed.verb)), outcome: null };
    const { verb, args } = parsed;
    const needs = verb.needs(args, this.scene, spoken);
    const allowed = needs.allowed === 'everyone' ? [] : needs.allowed;
    if (login !== null && !this.#isAmong(login, allowed)) return { verdict: 'refused', text: plainText(refusalReply({ verb, allowedAs: needs.allowedAs, why: 'no', spoken })), outcome: null };
    const left = new Set((needs.again ?? []).filter((l) => !this.#isAmong(l, allowed)).map((l) => l.toLowerCase()));
    const outcome = verb.run(args, this.scene, spoken, { runs: new Map(), pull: null, code: null, left, unsure: new Set(this.unsure), fresh: null });
    this.#store(outcome);
    return { verdict: outcome.verdict, text: plainText(outcome.reply), outcome };
  }

  #isAmong(login: string, handles: readonly string[]): boolean {
    return handles.some((h) => h.slice(1).toLowerCase() === login.toLowerCase() || (this.teams[h] ?? []).some((m) => m.toLowerCase() === login.toLowerCase()));
  }

  #store(outcome: Outcome): void {
    for (const { expected, proposal } of outcome.proposals ?? []) {
      const stored = this.proposals.find((p) => p.id === proposal.id);
      if ((stored?.revision ?? null) !== expected) throw new Error(`revision ${expected} of ${proposal.id}, stored ${stored?.revision}`);
      this.proposals = [...this.proposals.filter((p) => p.id !== proposal.id), proposal];
    }
    for (const { expected, quiet } of outcome.quiets ?? []) {
      const stored = this.quiets.find((q) => q.id === quiet.id);
      if ((stored?.revision ?? null) !== expected) throw new Error(`revision ${expected} of ${quiet.id}, stored ${stored?.revision}`);
      this.quiets = [...this.quiets.filter((q) => q.id !== quiet.id), quiet];
    }
  }
}

/** Olga of the release-signal team has proposed to mute a release-blocking job, and its issue is #12. */
export function asked(): Room {
  const room = new Room();
  const answer = room.say('olga', '/arch mute ci-e2e-s390x 14d the lab is moving');
  if (answer.verdict !== 'done') throw new Error(answer.text);
  return room.issue(12);
}

/** On the proposal's issue. */
export const ON_ISSUE = (room: Room): Partial<Place> => ({ proposal: room.proposal.id, issue: { repo: 'demo/demo', number: 12 } });

/** By a button of its card. */
export const BUTTON = (room: Room, edition = room.proposal.edition): Partial<Place> => ({ surface: 'slack', issue: null, proposal: room.proposal.id, edition });

export const DAYS = 24 * HOUR;
