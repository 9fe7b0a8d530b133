import type { WarningRow } from '../domain/notice.ts';
import { moment } from '../domain/time.ts';
import type { Runtime } from './context.ts';
import type { Tracked } from './tracked.ts';
import { clear, raise } from './warnings.ts';

/** A limit that is over sooner than this (ms) is nothing that anybody would notice. */
const WORTH_TELLING = 5 * 60_000;

/** Where GitHub goes on refusing, the next refusal follows within this time (ms): what was told is not taken back and told again. */
const SURE = 60_000;

/** No limit of GitHub's lasts longer than two days (ms). */
const LONGEST = 2 * 86_400_000;

const keyOf = (project: string): string => `github-limit:${project};`;
/** Under this key the store remembers until when (epoch ms): replicas meet a limit one after the other. */
const untilKey = (project: string): string => `github-limit-until:${project}`;

/** Tells, once, that writes to the project's repository wait for GitHub's limit, and that they do no longer. `standing`: the project's warnings. */
export async function tellOfLimit(rt: Runtime, { project }: Tracked, standing: readonly WarningRow[]): Promise<void> {
  const hold = rt.github?.limited?.(project.repo) ?? null;
  const now = rt.now();
  const told = standing.some((w) => w.key === keyOf(project.name));
  if (hold !== null && (told || hold.until - now >= WORTH_TELLING)) {
    const known = told ? Number(await rt.store.meta(untilKey(project.name)) ?? 0) : 0;
    if (hold.until <= known && known - now <= LONGEST) return;
    await rt.store.setMeta(untilKey(project.name), String(hold.until));
    return raise(rt, [{ key: keyOf(project.name), project: project.name, urgency: 'now', text: sentence(project.repo, hold, now) }]);
  }
  if (!told || hold !== null) return;
  const left = Number(await rt.store.meta(untilKey(project.name)) ?? 0) + SURE - now;
  // One that lasts longer than any was told of by a clock that was set back since.
  if (left <= 0 || left > LONGEST) await clear(rt, project.name, keyOf(project.name));
}

function sentence(repo: string, { until, reads }: { readonly until: number; readonly reads: boolean }, now: number): string {
  const commands = reads ? ' Until then nobody\'s rights can be looked up there, so commands that need any are refused.' : '';
  return `GitHub takes no more from Archsignal in ${repo} until ${moment(until, now)}: the limit of its API is used up. Results are read and decided on as ever, and Slack is told; what is to be written to GitHub waits, and is made good afterwards.${commands} Nothing is to be done, unless this comes often.`;
}
