import type { PlannedAction } from '../domain/action.ts';
import type { Ladder } from '../domain/ladder.ts';
import type { LoadedProject } from '../config/load.ts';
import { adoptionEnd } from '../policy/ladder/cycles.ts';
import { evaluation } from '../policy/ladder/evaluate.ts';
import { reportOf, type Report } from '../policy/report.ts';
import { isoWeek, lastDue, WEEK } from '../policy/report-time.ts';
import { reportText } from '../policy/report-words.ts';
import { RESPITE } from '../policy/step-matter.ts';
import type { Store } from '../store/store.ts';
import type { Runtime } from './context.ts';
import { adoptedAt, storedEvidence } from './evidence.ts';
import { factsOf } from './ladder-facts.ts';
import { inSlices } from './slices.ts';
import { knownTeams } from './teams.ts';
import type { Tracked } from './tracked.ts';

/** The report of a time, from the store: platforms are judged as of its end. Times are epoch milliseconds. */
export async function storedReport(store: Store, loaded: Pick<LoadedProject, 'project' | 'settings'>, ladder: Ladder, { from, to }: { readonly from: number; readonly to: number }): Promise<Report> {
  const { project } = loaded;
  const evidence = await storedEvidence(store, project, to);
  const first = await adoptedAt(store, project);
  const adoptionUntil = first === null ? null : adoptionEnd(first, ladder.adoptionCycles, project.releases);
  const facts = factsOf(loaded, { teams: await knownTeams(store, project.name), adoptionUntil });
  return reportOf({
    project, from, to, ladder, evidence, evaluations: await inSlices(evaluation(evidence, ladder, facts, to)), freezes: facts.freezes,
    tests: new Map((await store.jobStates(project.name)).map((s) => [s.key, s.flakyTests ?? []])),
    incidents: await store.incidents(project.name, from), proposals: (await store.proposals(project.name, to - RESPITE)).filter((p) => p.proposer.at < to),
  });
}

/** When the project's report was last due (epoch ms); null: it has none, or nobody would read it. */
export const reportDue = (rt: Runtime, { project }: Tracked): number | null =>
  rt.slack === null || !project.report ? null : lastDue(project.report.at, rt.now());

/**
 * Posts the report that was due, once in its ISO week, whoever else tries and however often. The first start posts none:
 * it knows of no week yet.
 */
export async function postReport(rt: Runtime, { project, loaded }: Tracked, due: number): Promise<void> {
  const ladder = loaded?.ladder ?? null;
  const channel = project.report?.channel;
  if (loaded === null || ladder === null || channel === undefined) return;
  const posted = `report:${project.name}`;
  const last = Number(await rt.store.settle(posted, String(due)));
  // A later week than the next was one by a clock that was set back since.
  if (last >= due && last <= due + WEEK) return;
  const text = reportText(await storedReport(rt.store, loaded, ladder, { from: due - WEEK, to: due }), ladder);
  const id = `${project.name}/${isoWeek(due)}`;
  const action: PlannedAction = {
    key: `report:${id}:ensure-card:0`, project: project.name, entity: `report:${id}`, destination: `slack:${channel}`, family: null,
    action: { kind: 'ensure-card', document: { kind: 'report', id }, channel, at: null, since: due, text, buttons: [], shown: 0 },
    summary: `post the weekly report to ${channel}`,
  };
  await rt.store.commit({ at: rt.now(), actions: [action], record: rt.mode === 'dry' });
  await rt.store.setMeta(posted, String(due));
  rt.log.info({ project: project.name, channel, week: isoWeek(due) }, 'weekly report written');
  rt.wake();
}
