import type { Store } from '../store/store.ts';
import { StoreError, messageOf, troubleIn } from '../store/errors.ts';
import type { Runtime } from './context.ts';
import { gathered } from './given-up.ts';
import { logProblem } from './log.ts';
import { isSilent } from './silence.ts';
import { storeTroubles } from './store-troubles.ts';

/** Who asks whether the program is ready does not wait long; a store that takes longer than this (ms) does not answer. */
const PATIENCE = 2_000;

/** How often the store is asked to take a write (ms): a full disk lets itself be read, and probes must not become a load. */
const WRITES_EVERY = 10_000;

/** When each store was last asked to take a write, by that moment (epoch ms), and what it said. */
const asked = new WeakMap<Store, { readonly at: number; readonly problem: Error | null }>();

const LATE = new Error('it does not answer');

/** What is being asked of each store: who asks again meanwhile waits for the same answer, because probes must not use up its connections. */
const underWay = new WeakMap<Store, Map<string, Promise<unknown>>>();

export interface PortState {
  readonly ok: boolean;
  /** A sentence; null when ok. */
  readonly reason: string | null;
}

/** How the edges are asked whether they are ready; null: not configured. */
export interface ReadyPorts {
  readonly github: (() => Promise<PortState>) | null;
  readonly slack: (() => PortState) | null;
  /** Permissions that the App lacks, as far as they were missed: which, where, and a sentence. Left out: it is not known. */
  readonly denied?: () => readonly { readonly repo: string; readonly permission: string; readonly reason: string }[];
  /** That the clock is wrong, in a sentence or two; null, left out: it is not known to be. */
  readonly clock?: () => string | null;
}

/** What `/readyz` answers; times ISO 8601. */
export interface Readiness {
  readonly ready: boolean;
  /** One sentence for each thing that keeps it from being ready. */
  readonly reasons: readonly string[];
  readonly mode: Runtime['mode'];
  readonly store: { readonly engine: string; readonly ok: boolean };
  readonly github: PortState;
  readonly slack: PortState & { readonly configured: boolean };
  readonly sources: readonly { readonly project: string; readonly source: string; readonly last_good_poll: string | null; readonly error: string | null }[];
  /** Standing operator warnings; they do not keep it from being ready. */
  readonly warnings: readonly string[];
}

/** Whether the program does its work: store open, GitHub token obtained, every source read well not long ago. */
export async function readiness(rt: Runtime, ports: ReadyPorts): Promise<Readiness> {
  const reasons: string[] = [];
  const away = await within(rt.store.problem().catch(errorOf), LATE);
  const ok = away === null;
  const stuck = await within(once(rt.store, 'write', () => writeProblem(rt)), LATE);
  const known = ok ? await within(once(rt.store, 'known', () => knownOf(rt).catch(errorOf)), LATE) : NOTHING;
  if (stuck instanceof StoreError) reasons.push(stuck.message);
  else if (away) reasons.push(awayBy(away));
  else if (stuck !== null) reasons.push(`The store takes no writes (${messageOf(stuck)}): nothing is decided or written until it does.`);
  else if (known instanceof Error) reasons.push(`The store cannot be read (${messageOf(known)}).`);
  if (ok || away === LATE) reasons.push(...storeTroubles(rt.store));
  const github = ports.github ? await ports.github() : { ok: false, reason: 'GitHub is not configured.' };
  if (!github.ok && github.reason) reasons.push(github.reason);
  const { sources, warnings, silent } = known instanceof Error ? NOTHING : known;
  reasons.push(...silent);
  const slack = ports.slack ? { configured: true, ...ports.slack() } : { configured: false, ok: false, reason: 'SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are not set: running without Slack.' };
  return { ready: reasons.length === 0, reasons, mode: rt.mode, store: { engine: rt.store.engine, ok: ok && stuck === null && !(known instanceof Error) }, github, slack, sources, warnings: [...unlogged(rt.log), ...[ports.clock?.() ?? []].flat(), ...warnings, ...unnamed(ports.denied?.() ?? [], warnings)] };
}

const within = <T>(work: Promise<T>, late: T): Promise<T> => Promise.race([work, new Promise<T>((resolve) => { setTimeout(() => { resolve(late); }, PATIENCE).unref(); })]);

/** That the store does not answer, with what there is to do about it where that is known. */
const awayBy = (error: Error): string => error instanceof StoreError ? error.message : troubleIn(error) ?? (error === LATE ? 'The store does not answer.' : `The store does not answer (${messageOf(error)}).`);

/** Permissions that no standing warning names: what needed them went without. */
const unnamed = (denied: ReturnType<NonNullable<ReadyPorts['denied']>>, warnings: readonly string[]): string[] =>
  denied.filter((d) => !warnings.some((w) => w.includes(`\`${d.permission}\``))).map((d) => `${d.repo}: ${d.reason}`);

/** That the log does not get through, which it cannot tell itself. */
const unlogged = (log: Runtime['log']): string[] => [logProblem(log)].filter((problem) => problem !== null);

const errorOf = (error: unknown): Error => error instanceof Error ? error : new Error(messageOf(error));

/** Asks a store, or waits for the answer to the same question. */
function once<T>(store: Store, what: string, ask: () => Promise<T>): Promise<T> {
  const asking = underWay.get(store) ?? new Map<string, Promise<unknown>>();
  underWay.set(store, asking);
  const answer = asking.get(what) as Promise<T> | undefined ?? ask().finally(() => { asking.delete(what); });
  asking.set(what, answer);
  return answer;
}

/** What the store knows of sources and warnings. */
interface Known extends Pick<Readiness, 'sources' | 'warnings'> {
  /** One sentence for each source that has not been read well for too long. */
  readonly silent: readonly string[];
}

const NOTHING: Known = { sources: [], warnings: [], silent: [] };

async function knownOf(rt: Runtime): Promise<Known> {
  const silent: string[] = [];
  const sources = await sourceStates(rt, silent);
  return { sources, silent, warnings: gathered(await rt.store.warnings()) };
}

/** What keeps the store from taking a write; null: nothing. */
async function writeProblem({ store, now }: Runtime): Promise<Error | null> {
  const last = asked.get(store);
  if (last && now() - last.at >= 0 && now() - last.at < WRITES_EVERY) return last.problem;
  const at = now();
  const problem = await store.setMeta('asked-to-write-at', String(at)).then(() => null, errorOf);
  asked.set(store, { at, problem });
  return problem;
}

async function sourceStates(rt: Runtime, reasons: string[]): Promise<Readiness['sources'][number][]> {
  const states: Readiness['sources'][number][] = [];
  for (const { project, jobsBySource } of rt.projects.values()) {
    const health = new Map((await rt.store.sourceHealth(project.name)).map((h) => [h.source, h]));
    for (const { name } of project.sources) {
      if ((jobsBySource.get(name) ?? []).length === 0) continue;
      const h = health.get(name);
      // What a repository's own file names must not make the whole program look ill; a source that stays silent is a warning.
      const told = project.origin === 'disk' ? reasons : [];
      const since = h?.lastGood ? `was last read well at ${new Date(h.lastGood).toISOString()}` : 'has not been read yet';
      if (isSilent(project.polling, h, rt.now())) told.push(`${project.name}: source ${name} ${since}${h?.error ? `: ${h.error}` : '.'}`);
      states.push({ project: project.name, source: name, last_good_poll: h?.lastGood ? new Date(h.lastGood).toISOString() : null, error: h?.error ?? null });
    }
  }
  return states;
}
