import { beside } from '../../config/checked.ts';
import type { LoadedProject } from '../../config/load.ts';
import type { Checker, FileNow, Looked, RepositoryConfiguration } from '../../domain/configuration.ts';
import type { ConfigurationFiles } from '../../delivery/github/index.ts';
import type { RepositoryFiles, Runtime } from '../context.ts';
import { isImpostor } from '../repositories.ts';
import { clear, raise } from '../warnings.ts';
import type { Tracked } from '../tracked.ts';
import { dropWarnings, endedKey, tellOfEnd } from '../untracked.ts';
import { judge, loadFrom, ownerOf, tellOf, type Ground, type Others, type Place } from './judge.ts';
import { next } from './next.ts';
import { auditOf, checkOf, warn } from './tell.ts';

/** How often every repository is looked at, for webhooks that were lost (ms); sooner where not everything could be read. */
const EVERY = 3_600_000;
const AGAIN = 60_000;
/** One replica at a time looks (ms); another asks again after a while. */
const TURN = 4_000;
const WAIT = 5_000;
/** Repositories that are read at a time. */
const AT_ONCE = 4;
/** Looks at one file that others change meanwhile. */
const CONFLICTS = 8;

const nameKey = (project: string): string => `project-repository:${project.toLowerCase()}`;

export interface Parts {
  /** The projects that are tracked; those of files on disk are in it from the start, and stay as they are. */
  readonly tracked: Map<string, Tracked>;
  readonly ground: Ground;
  readonly files: Pick<ConfigurationFiles, 'now' | 'installed'>;
  readonly assemble: (loaded: LoadedProject) => Tracked;
  /** A project was taken up, or read anew: what is to be looked up for it. */
  readonly taken: (loaded: LoadedProject) => Promise<void>;
}

/**
 * The configuration files that live in repositories. What was read without a mistake is kept in the store and in force from
 * there, on every replica alike, until something better is read: a bad edit, a start without GitHub and a kill change nothing.
 */
export class Configurations implements RepositoryFiles {
  readonly #rt: Runtime;
  readonly #parts: Parts;
  /** Which version of the store the projects are in line with. */
  #version: string | null = null;
  /** What of each repository is in force here, by its number. */
  readonly #inForce = new Map<number, { readonly sha: string; readonly repo: string; readonly tracked: Tracked | null }>();
  /** The state in which each repository was last read by this process. */
  readonly #seen = new Map<number, string>();
  #nextLook = 0;
  #looking: Promise<void> | null = null;

  constructor(rt: Runtime, parts: Parts) {
    this.#rt = rt;
    this.#parts = parts;
  }

  /** Puts in force what the store has, and remembers whose the names of the projects on disk are. */
  async recall(): Promise<void> {
    for (const { loaded: { project } } of this.#parts.ground.disk) await this.#rt.store.setMeta(nameKey(project.name), ownerOf({ fullName: project.repo }));
    await this.align();
  }

  /** Brings the tracked projects in line with the store, where that has changed. */
  async align(): Promise<void> {
    const version = await this.#rt.store.configurationsVersion();
    if (version === this.#version) return;
    const known = await this.#rt.store.configurations();
    // One that found its name taken is tried again: the name may be free now.
    const stays = ({ repository, good }: RepositoryConfiguration): boolean => {
      const now = this.#inForce.get(repository);
      return good !== null && now !== undefined && now.tracked !== null && now.sha === good.sha && now.repo === good.repo;
    };
    const changed = known.filter((k) => !stays(k));
    for (const { repository } of changed) this.#drop(repository);
    for (const { repository, good, repo } of changed) if (good !== null) await this.#take(repository, good, repo);
    this.#version = version;
  }

  #drop(repository: number): void {
    const gone = this.#inForce.get(repository)?.tracked;
    if (gone && this.#parts.tracked.get(gone.project.name) === gone) this.#parts.tracked.delete(gone.project.name);
    this.#inForce.delete(repository);
  }

  async #take(repository: number, good: NonNullable<RepositoryConfiguration['good']>, repo: string): Promise<void> {
    const { tracked, ground, assemble, taken } = this.#parts;
    const loaded = loadFrom(ground, good.text, good.path, good.repo);
    const isFree = loaded.ok && ![...tracked.keys()].some((name) => name.toLowerCase() === loaded.project.name.toLowerCase());
    const made = isFree ? assemble(loaded) : null;
    this.#inForce.set(repository, { sha: good.sha, repo: good.repo, tracked: made });
    if (!loaded.ok) {
      const [first] = loaded.errors;
      return raise(this.#rt, [{
        key: `configuration:${repository};`, project: repo, urgency: 'log',
        text: `${repo}: ${good.path} was in force, and is not any more: line ${first?.line ?? 1}, ${first?.path ?? '(file)'}: ${first?.message ?? 'it cannot be read'}`,
      }]);
    }
    if (made === null) return;
    tracked.set(made.project.name, made);
    if (!isImpostor(this.#rt, repository)) this.#rt.repositories.set(repository, made.project.repo);
    this.#rt.log.info({ project: made.project.name, repo, commit: good.commit }, 'a configuration from a repository is in force');
    await clear(this.#rt, made.project.name, endedKey(made.project.name));
    void taken(loaded).catch((error: unknown) => { this.#rt.log.error({ err: error, project: loaded.project.name }, 'what the project needs could not be looked up'); });
  }

  /** Reads a repository's file and puts in force what it says, if it has no mistake. `branch`: its default branch, where that is known. */
  async refresh(place: Place, branch?: string): Promise<Looked> {
    for (let i = 0; i < CONFLICTS; i++) {
      const known = await this.#rt.store.configurations();
      const before = known.find((k) => k.repository === place.id) ?? null;
      // Where nothing is known, nothing can be lost by one wrong answer.
      const file = await this.#parts.files.now(place.fullName, before?.seen || before?.good ? undefined : branch);
      if (file.kind === 'unknown') return { ok: false, reason: file.reason, after: file.after, lasting: file.lasting };
      if (await this.#settle(known, before, place, file)) return { ok: true };
    }
    return { ok: false, reason: `the configuration of ${place.fullName} kept changing while it was read`, after: null, lasting: false };
  }

  /** False: somebody else was faster. */
  async #settle(known: readonly RepositoryConfiguration[], before: RepositoryConfiguration | null, place: Place, now: Exclude<FileNow, { kind: 'unknown' }>): Promise<boolean> {
    const rt = this.#rt;
    const file = now.kind === 'gone' ? { kind: 'none' as const } : now;
    const verdict = await judge(this.#parts.ground, this.#others(known), place, file);
    if (verdict.kind === 'good' && !await this.#claim(verdict.result.project.name, place)) return false;
    const at = rt.now();
    const after = next(before, place, file, verdict, at);
    if (after === null) {
      await this.align();
      if (before !== null) await warn(rt, before, before);
      return true;
    }
    const ended = before !== null && before.good !== null && before.good.project !== after.good?.project && !this.#isOnDisk(before.good.project) ? before.good.project : null;
    // As long as somebody hears it in its channel.
    if (before !== null && ended !== null) await tellOfEnd(rt, { project: ended, repo: before.repo, why: whyEnded(before, after, now.kind === 'gone') });
    const actions = checkOf(before, after, at);
    const written = await rt.store.commit({
      at, configurations: [{ expected: before?.revision ?? null, configuration: after }], audit: [auditOf(before, after, at)], actions, record: rt.mode === 'dry',
    });
    if (written !== 'committed') return false;
    await this.align();
    if (ended !== null) await dropWarnings(rt, ended);
    await warn(rt, before, after);
    if (actions.length > 0) rt.wake();
    return true;
  }

  #isOnDisk(name: string): boolean { return this.#parts.ground.disk.some(({ loaded: { project } }) => project.name.toLowerCase() === name.toLowerCase()); }

  #others(known: readonly RepositoryConfiguration[]): Others {
    return { known, owner: (project) => this.#rt.store.meta(nameKey(project)) };
  }

  /** Makes the name the repository's for good; false: another was faster. */
  async #claim(project: string, place: Place): Promise<boolean> {
    const { store } = this.#rt;
    const mine = ownerOf({ id: place.id });
    const owner = await store.settle(nameKey(project), mine);
    if (owner === ownerOf({ fullName: place.fullName })) await store.setMeta(nameKey(project), mine);
    else if (owner !== mine) return false;
    return true;
  }

  /** How the file on a commit is checked. */
  get checker(): Checker {
    return {
      check: async (repo, repository, file) => {
        const known = await this.#rt.store.configurations();
        const verdict = await judge(this.#parts.ground, this.#others(known), { id: repository, fullName: repo }, file);
        const before = this.#inForce.get(repository)?.tracked?.loaded ?? null;
        const checked = tellOf(verdict, file.kind === 'none' ? '' : file.path, before);
        return file.kind === 'none' || file.unread === undefined ? checked : beside(checked, file.path, file.unread);
      },
    };
  }

  /** Looks at every repository when it is time; `lookSoon`: with the next tick. Does not wait for the look. */
  tick(): void {
    const now = this.#rt.now();
    // A clock that was set back must not stop the looks.
    if (this.#nextLook - now > EVERY) this.#nextLook = now + EVERY;
    if (this.#looking !== null || now < this.#nextLook) return;
    this.#nextLook = now + WAIT;
    this.#looking = this.#look()
      .catch((error: unknown) => { this.#rt.log.error({ err: error }, 'a look at the configurations in repositories failed; the next one goes on'); })
      .finally(() => { this.#looking = null; });
  }

  lookSoon(): void { this.#nextLook = 0; }

  /** Resolves when no look is under way. */
  async idle(): Promise<void> { await this.#looking; }

  async #look(): Promise<void> {
    const rt = this.#rt;
    const begun = rt.now();
    if (!(await rt.store.lease('configurations', rt.owner, begun, TURN)).held) return;
    const { repositories, complete, problem } = await this.#parts.files.installed();
    if (problem !== null) rt.log.warn({ reason: problem }, 'not all repositories of the App could be listed');
    const listed = new Set(repositories.map((r) => r.id));
    // One that comes back is read again.
    for (const id of this.#seen.keys()) if (complete && !listed.has(id)) this.#seen.delete(id);
    const changed = repositories.filter((r) => this.#seen.get(r.id) !== r.state);
    const gone = !complete ? [] : (await rt.store.configurations()).filter((k) => !listed.has(k.repository) && (k.seen !== null || k.good !== null));
    const reads = [
      ...changed.map((r) => async () => this.#noted(await this.refresh(r, r.branch), r.fullName, () => this.#seen.set(r.id, r.state))),
      ...gone.map((k) => async () => this.#noted(await this.refresh({ id: k.repository, fullName: k.repo }), k.repo, () => {})),
    ];
    const all = await inTurns(reads, AT_ONCE);
    if (this.#nextLook > 0) this.#nextLook = rt.now() + (problem === null && all.every(Boolean) ? EVERY : AGAIN);
    rt.log.debug({ repositories: repositories.length, read: reads.length, seconds: (rt.now() - begun) / 1000 }, 'looked at the configurations in repositories');
  }

  #noted(looked: Looked, repo: string, done: () => void): boolean {
    const settled = looked.ok || looked.lasting;
    if (settled) done();
    if (!looked.ok) this.#rt.log.warn({ repo, reason: looked.reason }, 'the configuration in a repository could not be read; what is in force stays');
    return settled;
  }
}

function whyEnded(before: RepositoryConfiguration, after: RepositoryConfiguration, gone: boolean): string {
  if (gone) return `Archsignal cannot reach ${before.repo} any more (deleted, or taken out of the App's installation)`;
  if (after.seen === null) return `${before.repo} has no ${before.good?.path ?? 'configuration'} any more`;
  return `${after.seen.path} in ${after.repo} is about ${after.good?.project ?? 'what the operator configures'} now`;
}

/** Does the works, so many at a time. */
async function inTurns<T>(works: readonly (() => Promise<T>)[], atOnce: number): Promise<T[]> {
  const results: T[] = [];
  const queue = works.entries();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (const [index, work] of queue) results[index] = await work();
  }));
  return results;
}
