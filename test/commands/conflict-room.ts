import { parseCommand } from '../../src/commands/grammar.ts';
import { mistakeReply, refusalReply } from '../../src/commands/replies.ts';
import type { BlockerFound, Outcome, Place, Scene, Spoken } from '../../src/commands/verb.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { plainText } from '../../src/domain/text.ts';
import { exampleFor } from '../../src/commands/examples.ts';
import type { JobNow } from '../../src/signal/job-health.ts';
import { BLOCKER, Case, checkFacts, projectOf, RED } from '../policy/conflict-given.ts';
import { mentionsIn } from './asking.ts';

export const ON_BLOCKER: Partial<Place> = { issue: { repo: 'demo/demo', number: 25243 } };
export const ELSEWHERE: Partial<Place> = { issue: { repo: 'demo/demo', number: 3 } };
export const SLACK: Partial<Place> = { surface: 'slack', issue: null, channel: { id: 'C1', name: 'general' } };

/** What GitHub says of the blocker: it blocks v1.37, and only linux/ppc64le is red. */
export const blockerFound = (over: Partial<Extract<BlockerFound, { kind: 'found' }>> = {}): BlockerFound =>
  ({ kind: 'found', blocker: BLOCKER, state: 'open', labels: ['release-blocker'], milestone: 'v1.37', branch: 'master', checks: checkFacts(RED), ...over });

export interface Told {
  readonly verdict: Outcome['verdict'] | 'mistake';
  readonly text: string;
  readonly outcome: Outcome | null;
}

/** People who speak of a conflict, the way the runtime takes their words: read, looked up, decided, stored, looked at. */
export class ConflictRoom {
  /** Null: there is no conflict yet. */
  case: Case | null;
  project = projectOf();
  incidents: Incident[] = [];
  jobs: JobNow[] = [];
  blocker: BlockerFound = blockerFound();
  ladder: Scene['ladder'] = null;
  teams: Record<string, readonly string[]> = { '@demo/power': ['paula'], '@demo/signal': ['sina'] };
  now: number;
  #n = 0;

  constructor(given: Case | null = new Case()) {
    this.case = given;
    this.now = given?.now ?? Date.UTC(2026, 10, 17, 8, 0);
    if (given !== null) this.project = given.project;
  }

  get scene(): Scene {
    const { conflict, proposals = [] } = this.case ?? {};
    return { project: this.project, now: this.case?.now ?? this.now, jobs: this.jobs, incidents: this.incidents, proposals, conflicts: conflict ? [conflict] : [], quiets: [], unmentionable: new Set(), ladder: this.ladder ?? null };
  }

  /** The reactivation issue is filed, as #77. */
  filed(): this {
    const c = this.given;
    c.conflict = { ...c.conflict, reactivation: { repo: 'demo/demo', number: 77, url: 'https://github.com/demo/demo/issues/77' } };
    return this;
  }

  /** The issue of the proposal is filed, as #12. */
  proposed(): this {
    const c = this.given;
    c.proposals = c.proposals.map((p): Proposal => p.id === c.proposal().id ? { ...p, issue: { repo: 'demo/demo', number: 12, url: 'https://github.com/demo/demo/issues/12' } } : p);
    return this;
  }

  get given(): Case {
    if (this.case === null) throw new Error('no conflict');
    return this.case;
  }

  get onProposal(): Partial<Place> { return { issue: { repo: 'demo/demo', number: 12 }, proposal: this.given.proposal().id }; }
  get onWayBack(): Partial<Place> { return { issue: { repo: 'demo/demo', number: 77 }, conflict: this.given.conflict.id }; }

  /** Somebody says a line. `place`: where, if not on the blocker. */
  say(login: string | null, line: string, place: Partial<Place> = ON_BLOCKER, at = this.scene.now): Told {
    const surface = place.surface ?? 'github';
    const spoken: Spoken = {
      actor: { surface, login, slack: surface === 'slack' ? { team: 'T1', user: 'U1' } : null }, at, source: `c${++this.#n}:1`, delivery: `d${this.#n}`, url: null,
      place: { surface, issue: null, channel: null, incident: null, proposal: null, edition: null, platform: null, ...place },
    };
    const { scene } = this;
    const parsed = parseCommand(line, scene, spoken);
    if (!parsed.ok) return { verdict: 'mistake', text: plainText(mistakeReply(line, { ...parsed.mistake, example: exampleFor(line, parsed.mistake, parsed.verb, scene, spoken) }, parsed.verb)), outcome: null };
    const { verb, args } = parsed;
    const needs = verb.needs(args, scene, spoken);
    if (needs.allowed !== 'everyone' && login !== null && !this.#isAmong(login, needs.allowed)) return { verdict: 'refused', text: plainText(refusalReply({ verb, allowedAs: needs.allowedAs, why: 'no', spoken })), outcome: null };
    const outcome = verb.run(args, scene, spoken, { runs: new Map(), pull: null, code: null, left: new Set(), unsure: new Set(), fresh: null, ...needs.blocker === undefined ? {} : { blocker: this.blocker } });
    if (mentionsIn(outcome.reply).length > 0) throw new Error('a reply calls somebody');
    this.#store(outcome);
    return { verdict: outcome.verdict, text: plainText(outcome.reply), outcome };
  }

  #isAmong(login: string, handles: readonly string[]): boolean {
    return handles.some((h) => h.slice(1).toLowerCase() === login.toLowerCase() || (this.teams[h] ?? []).includes(login.toLowerCase()));
  }

  #store(outcome: Outcome): void {
    for (const change of outcome.conflicts ?? []) {
      if (this.case === null) {
        this.case = new Case(this.project);
        this.case.conflict = change.conflict;
        this.case.changes = [change];
      } else this.case.take(change);
    }
    for (const { expected, proposal } of outcome.proposals ?? []) {
      const c = this.given;
      if ((c.proposals.find((p) => p.id === proposal.id)?.revision ?? null) !== expected) throw new Error(`revision ${expected} of ${proposal.id}`);
      c.proposals = [...c.proposals.filter((p) => p.id !== proposal.id), proposal];
    }
    this.incidents = this.incidents.map((i) => outcome.incidents?.find((c) => c.incident.id === i.id)?.incident ?? i);
  }
}
