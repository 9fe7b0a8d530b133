import { createHash, randomBytes } from 'node:crypto';
import type { BlockerFound, Found, Needs } from '../../commands/verb.ts';
import type { DaysOff, DaySum } from '../../domain/day-sum.ts';
import type { Verdict } from '../../domain/person.ts';
import type { Project } from '../../domain/project.ts';
import type { PullNow } from '../../domain/pull.ts';
import { blindDays, DAY, dayOf, daysOff } from '../../policy/ladder/days.ts';
import type { Runtime } from '../context.ts';
import { lookAtBlocker } from '../conflicts/blocker.ts';
import { storedDays } from '../evidence.ts';
import { factsOf } from '../ladder-facts.ts';

/** All lookups of one comment or click have this long together (ms), retries included; then they deny. */
export const LOOKUP_TIME = 3_000;

/** Days that do not count are made up for by earlier ones, but not beyond so many days in all. */
const MOST_DAYS_BACK = 550;

/** Runs of a job that an answer shows. */
const RUNS = 10;

/** Letters and digits that nobody mistakes for each other; 32 of them, so that no byte favours one. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 10;

/** What was asked of whom for one comment or click: facts are looked up live, and once for several lines. */
export class Lookups {
  readonly #rt: Runtime;
  readonly #until: number;
  readonly #asked = new Map<string, Promise<ReadonlyMap<string, Verdict>>>();
  readonly #pulls = new Map<string, Promise<PullNow>>();

  /** `time`: what all of them have together (ms). */
  constructor(rt: Runtime, time = LOOKUP_TIME) {
    this.#rt = rt;
    this.#until = performance.now() + time;
  }

  #left(): number { return Math.max(1, Math.round(this.#until - performance.now())); }

  /** Whether each login is among the handles; every one `unknown` where GitHub is not there to be asked. */
  members(project: Project, handles: readonly string[], logins: readonly string[]): Promise<ReadonlyMap<string, Verdict>> {
    const wanted = [...new Set(logins.map((l) => l.toLowerCase()))];
    const key = JSON.stringify([project.repo, [...handles].sort(), wanted]);
    const known = this.#asked.get(key);
    if (known) return known;
    const { github } = this.#rt;
    const none = new Map(wanted.map((l) => [l, handles.length === 0 ? 'no' : 'unknown'] as const));
    const answer = github === null || handles.length === 0 ? Promise.resolve(none) : github.areMembers(project.repo, handles, wanted, { deadline: this.#left() }).catch(() => none);
    this.#asked.set(key, answer);
    return answer;
  }

  async found(project: Project, needs: Needs): Promise<Found> {
    const runs = needs.runs && needs.runs.length > 0 ? await this.#rt.store.lastRuns(project.name, needs.runs, RUNS) : new Map<string, never[]>();
    const again = needs.again ?? [];
    const verdicts = again.length > 0 && needs.allowed !== 'everyone' ? await this.members(project, needs.allowed, again) : new Map<string, Verdict>();
    return {
      runs, ...await this.#days(project, needs.days), pull: needs.pull ? await this.#pull(needs.pull, project.repo) : null,
      ...needs.blocker === undefined ? {} : { blocker: await this.#blocker(project, needs.blocker) },
      code: needs.code === undefined ? null : await this.#rt.store.linkCode(hashOf(needs.code)),
      left: loginsOf('no', verdicts), unsure: loginsOf('unknown', verdicts), fresh: freshCode(),
    };
  }

  async #days(project: Project, { jobs, back }: NonNullable<Needs['days']> = { jobs: [], back: 0 }): Promise<Required<Pick<Found, 'days' | 'daysOff'>>> {
    const { store, now, projects } = this.#rt;
    const [days, off] = [new Map<string, readonly DaySum[]>(), new Map<string, DaysOff>()];
    if (jobs.length === 0) return { days, daysOff: off };
    const today = dayOf(now());
    const first = today - MOST_DAYS_BACK;
    const loaded = projects.get(project.name)?.loaded ?? null;
    const freezes = loaded === null ? [] : factsOf(loaded, { teams: {}, adoptionUntil: null }).freezes;
    for (const platform of (await storedDays(store, project, first * DAY, now())).values()) {
      const platformOff = daysOff(platform, { freezes }, first, today);
      for (const job of platform.jobs) off.set(job.job.key, { platform: platformOff, job: blindDays(job, first, today) });
    }
    for (const key of new Set(jobs)) days.set(key, await store.rollups(project.name, key, since(today, back, off.get(key)?.platform ?? new Set(), first), today));
    return { days, daysOff: off };
  }

  /** A blocker of the project's repository with its checks, as far as they can be read in time. */
  async #blocker(project: Project, number: number): Promise<BlockerFound> {
    const look = await lookAtBlocker(this.#rt, project, number, this.#left());
    if (!look.ok) return { kind: 'unknown', why: look.why };
    if (look.value === null) return { kind: 'none' };
    const { now: { state, labels, milestone }, blocker, branch, facts } = look.value;
    return { kind: 'found', blocker, state, labels, milestone, branch, checks: facts };
  }

  /** `via`: with the rights that the App has there, so that nobody learns of what is private elsewhere. */
  #pull({ repo, number }: { repo: string; number: number }, via: string): Promise<PullNow> {
    const key = `${repo.toLowerCase()}#${number}`;
    const unknown: PullNow = { repo, number, url: `${this.#rt.web}/${repo}/pull/${number}`, state: 'unknown', mergedAt: null };
    const known = this.#pulls.get(key) ?? (this.#rt.github?.pull(repo, number, { deadline: this.#left(), via, discreet: true }).catch(() => unknown) ?? Promise.resolve(unknown))
      .then((pull) => pull.url === '' ? { ...pull, url: unknown.url } : pull);
    this.#pulls.set(key, known);
    return known;
  }
}

/** The day from which on `back` days count before today; not before `first`. */
function since(today: number, back: number, off: ReadonlySet<number>, first: number): number {
  let day = today;
  for (let left = back; left > 0 && day > first; day--) if (!off.has(day)) left--;
  return day;
}

const loginsOf = (verdict: Verdict, all: ReadonlyMap<string, Verdict>): ReadonlySet<string> => new Set([...all].filter(([, v]) => v === verdict).map(([login]) => login));

/** What is kept of a code: who reads the store cannot use it. */
const hashOf = (code: string): string => createHash('sha256').update(`archsignal link ${code}`).digest('hex');

function freshCode(): { code: string; hash: string } {
  const code = [...randomBytes(CODE_LENGTH)].map((b) => ALPHABET[b % ALPHABET.length]).join('');
  return { code, hash: hashOf(code) };
}
