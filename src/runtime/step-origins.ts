import { stepIn } from '../config/step-in.ts';
import type { Look } from '../domain/blocker-look.ts';
import type { PlatformEvent } from '../domain/event.ts';
import type { FileChange, FileCommit } from '../domain/file-change.ts';
import type { Project } from '../domain/project.ts';
import type { Runtime } from './context.ts';
import type { FileHistoryPort } from './ports.ts';

export type StepEvent = Extract<PlatformEvent, { readonly kind: 'step' }>;

/** How long one question to GitHub may take (ms), repetitions included. */
const LIMIT = { deadline: 10_000 };

/** How long a change of step waits for GitHub to tell who made it (ms); after that it is told without. */
const PATIENCE = 600_000;

/** Earlier texts of the file that are read in search of the change. */
const MOST_TEXTS = 10;

/**
 * The changes of step with how each came into the file: the commit that made the step what it is, and the pull request that
 * brought it. Of a file that is in no repository, or where GitHub does not tell, they stay as they are. Null: GitHub does
 * not answer now and it is early yet, so ask again in a while.
 */
export async function withOrigins(rt: Runtime, project: Project, changes: readonly StepEvent[]): Promise<readonly StepEvent[] | null> {
  if (changes.length === 0 || rt.github === null || project.origin !== 'repository') return changes;
  const good = (await rt.store.configurations()).find((c) => c.good?.project === project.name)?.good;
  if (!good) return changes;
  const file = new FileSearch(rt.github.fileHistory, good);
  const told: StepEvent[] = [];
  for (const change of changes) {
    const found = await file.changeTo(change);
    if (!found.ok && !found.lasting && rt.now() - good.at < PATIENCE) return null;
    if (!found.ok) rt.log.warn({ project: project.name, platform: change.platform, reason: found.why }, 'who changed the step could not be learned');
    told.push(found.ok && found.value !== null ? withOrigin(change, found.value) : change);
  }
  return told;
}

function withOrigin(event: StepEvent, change: FileChange): StepEvent {
  const { commit, pull } = change;
  return { ...event, change, by: pull === null ? commit.author : pull.mergedBy ?? pull.author, url: event.url ?? (pull ?? commit).url };
}

/** Looks through the commits of one file; what was asked once is not asked again. */
class FileSearch {
  readonly #history: FileHistoryPort;
  readonly #place: { readonly repo: string; readonly path: string; readonly commit: string };
  readonly #asked = new Map<string, Promise<Look<unknown>>>();

  constructor(history: FileHistoryPort, place: { readonly repo: string; readonly path: string; readonly commit: string }) {
    this.#history = history;
    this.#place = place;
  }

  /** How the platform's step became what it is; null: that is too long ago, or the file has it otherwise by now. */
  async changeTo({ platform, to }: Pick<StepEvent, 'platform' | 'to'>): Promise<Look<FileChange | null>> {
    const { repo, path, commit } = this.#place;
    const listed = await this.#once('commits', () => this.#history.commits(repo, path, commit, LIMIT));
    if (!listed.ok) return listed;
    let made: FileCommit | null = null;
    for (const candidate of listed.value.slice(0, MOST_TEXTS)) {
      const text = await this.#once(`text ${candidate.sha}`, () => this.#history.textAt(repo, path, candidate.sha, LIMIT));
      if (!text.ok) return text;
      const step = text.value === null ? null : stepIn(text.value, platform);
      if (step === to) made = candidate;
      // A text that cannot be read says nothing; the one before tells.
      else if (made !== null && step !== null) return this.#brought(made);
    }
    // Beyond what was read it may have stood there all along.
    return made !== null && listed.value.length <= MOST_TEXTS ? this.#brought(made) : { ok: true, value: null };
  }

  async #brought(commit: FileCommit): Promise<Look<FileChange>> {
    const { repo } = this.#place;
    const pull = await this.#once(`pull ${commit.sha}`, () => this.#history.pullOf(repo, commit.sha, LIMIT));
    return pull.ok ? { ok: true, value: { repo, commit, pull: pull.value } } : pull;
  }

  #once<T>(key: string, ask: () => Promise<Look<T>>): Promise<Look<T>> {
    const asked = this.#asked.get(key) as Promise<Look<T>> | undefined ?? ask();
    this.#asked.set(key, asked);
    return asked;
  }
}
