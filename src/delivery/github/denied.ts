import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';

/** A permission that GitHub said the App lacks in a repository. */
export interface Denial {
  readonly repo: string;
  /** As GitHub names it: `pull_requests: read`. */
  readonly permission: string;
  /** One sentence: what is lacking, and who can grant it. */
  readonly reason: string;
}

/** How long it is told after it was missed last (ms): what is asked for once a day stays in between. */
const TOLD_FOR = 25 * 3_600_000;

const LACKS = /The App's installation lacks the permission `([^`]+)`.*$/;

/** What the App was denied of late, by the answers to its requests: no permission is missed silently, whatever became of what needed it. */
export class Denials {
  readonly #now: () => number;
  readonly #tell: (denial: Denial) => void;
  readonly #known = new Map<string, Denial & { readonly route: string; readonly at: number }>();

  /** `tell` hears of each once, when it begins. */
  constructor(now: () => number, tell: (denial: Denial) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  /** Learns from an answer to a request about the repository; one that came ends what the same request was denied before. */
  learn(repo: string, route: string, answer: Answer<unknown>): void {
    if (answer.ok) {
      if (this.#known.size > 0) for (const [key, d] of this.#known) if (d.repo === repo && d.route === route) this.#known.delete(key);
      return;
    }
    const [reason, permission] = LACKS.exec(answer.failure.reason) ?? [];
    if (answer.failure.kind !== 'forbidden' || reason === undefined || permission === undefined) return;
    const key = `${repo} ${permission}`;
    const denial = { repo, permission, reason };
    if (!this.#known.has(key)) this.#tell(denial);
    this.#known.set(key, { ...denial, route, at: this.#now() });
  }

  /** The repository's rights have changed: what was denied may be granted. */
  forget(repo: string): void {
    for (const [key, d] of this.#known) if (d.repo.toLowerCase() === repo.toLowerCase()) this.#known.delete(key);
  }

  /** What is lacking now, as far as it was missed. */
  get now(): readonly Denial[] {
    const since = this.#now() - TOLD_FOR;
    return [...this.#known.values()].filter((d) => d.at >= since);
  }
}

/** The clients, whose answers about repositories the denials learn from. */
export const heeding = (clients: Clients, denials: Denials): Clients => ({
  ...clients,
  inRepo: async (repo, route, ...rest) => {
    const answer = await clients.inRepo(repo, route, ...rest);
    denials.learn(repo, route, answer);
    return answer;
  },
});
