import type { Runtime } from './context.ts';

/** Who asks whether the program is ready does not wait long; a store that takes longer than this (ms) does not answer. */
const PATIENCE = 2_000;

export interface PortState {
  readonly ok: boolean;
  /** A sentence; null when ok. */
  readonly reason: string | null;
}

/** How the edges are asked whether they are ready; null: not configured. */
export interface ReadyPorts {
  readonly github: (() => Promise<PortState>) | null;
  readonly slack: (() => PortState) | null;
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
  const ok = await Promise.race([rt.store.ping().catch(() => false), new Promise<false>((resolve) => { setTimeout(() => { resolve(false); }, PATIENCE).unref(); })]);
  if (!ok) reasons.push('The store does not answer.');
  const github = ports.github ? await ports.github() : { ok: false, reason: 'GitHub is not configured.' };
  if (!github.ok && github.reason) reasons.push(github.reason);
  const sources = ok ? await sourceStates(rt, reasons) : [];
  const slack = ports.slack ? { configured: true, ...ports.slack() } : { configured: false, ok: false, reason: 'SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are not set: running without Slack.' };
  const warnings = ok ? (await rt.store.warnings()).map((w) => w.text) : [];
  return { ready: reasons.length === 0, reasons, mode: rt.mode, store: { engine: rt.store.engine, ok }, github, slack, sources, warnings };
}

async function sourceStates(rt: Runtime, reasons: string[]): Promise<Readiness['sources'][number][]> {
  const states: Readiness['sources'][number][] = [];
  for (const { project, jobsBySource } of rt.projects.values()) {
    const health = new Map((await rt.store.sourceHealth(project.name)).map((h) => [h.source, h]));
    for (const { name } of project.sources) {
      if ((jobsBySource.get(name) ?? []).length === 0) continue;
      const h = health.get(name);
      const patience = Math.max(project.polling.alertAfter, project.polling.every.kind === 'interval' ? 3 * project.polling.every.ms : 0);
      // What a repository's own file names must not make the whole program look ill; a source that stays silent is a warning.
      const told = project.origin === 'disk' ? reasons : [];
      if (!h?.lastGood) told.push(`${project.name}: source ${name} has not been read yet${h?.error ? `: ${h.error}` : '.'}`);
      else if (rt.now() - h.lastGood > patience) told.push(`${project.name}: source ${name} was last read well at ${new Date(h.lastGood).toISOString()}${h.error ? `: ${h.error}` : '.'}`);
      states.push({ project: project.name, source: name, last_good_poll: h?.lastGood ? new Date(h.lastGood).toISOString() : null, error: h?.error ?? null });
    }
  }
  return states;
}
