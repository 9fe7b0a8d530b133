import type { Platform, Project } from '../domain/project.ts';
import { enumerated, type Span, type Spans } from '../domain/text.ts';
import { counted } from '../domain/time.ts';
import type { LoadedProject } from './load.ts';

/** A configuration as far as it is told apart from another. */
export type InForce = Pick<LoadedProject, 'project' | 'settings' | 'ladder'>;

/** Settings that are not told one by one: their names are, where they change. */
const OTHERS = ['calendar', 'polling', 'signal', 'escalation', 'switches', 'bots', 'retention', 'reference'] as const;

/** What taking `after` in place of `before` (null: nothing was in force) would change, a line for each thing; empty: nothing. */
export function differences(before: InForce | null, after: InForce): Spans[] {
  if (before === null || before.project.name !== after.project.name) return [...ended(before), ...begun(after)];
  const platforms = platformIds(before, after).flatMap((id) => ofPlatform(before, after, id));
  return [...platforms, ...ofRelease(before.project, after.project), ...ofSources(before.project, after.project), ...ofChannels(before.project, after.project), ...ofLadder(before, after), ...ofOthers(before, after)];
}

const code = (text: string): Span => ({ code: text.replace(/^@/, '') });
const codes = (texts: readonly string[]): Spans => enumerated(texts.map(code));

const ended = (before: InForce | null): Spans[] => before === null ? []
  : [['The project ', code(before.project.name), ' is no longer tracked; its open issues are left as they are.']];

const begun = ({ project }: InForce): Spans[] => [
  ['The project ', code(project.name), ` is tracked: ${counted(project.platforms.length, 'platform')} with ${counted(project.platforms.flatMap((p) => p.jobs).length, 'job')}.`],
];

const platformIds = (a: InForce, b: InForce): string[] => [...new Set([...a.project.platforms, ...b.project.platforms].map((p) => p.id))].sort();

function ofPlatform(before: InForce, after: InForce, id: string): Spans[] {
  // Platforms are few, however long a file is: there are no more than systems times architectures. Jobs and owners may be thousands.
  const [old, fresh] = [before, after].map(({ project }) => project.platforms.find((p) => p.id === id));
  if (!fresh) return [[code(id), ' is no longer tracked.']];
  if (!old) return [[code(id), ` comes in at step ${stepName(after, fresh.step)}, its build ${fresh.build}, with ${counted(fresh.jobs.length, 'job')}`, ...owned(fresh)]];
  const changes: Spans[] = [];
  if (old.step !== fresh.step) changes.push([`moves from ${stepName(before, old.step)} to ${stepName(after, fresh.step)}`]);
  if (old.build !== fresh.build) changes.push([`its build is meant to be ${fresh.build}`]);
  changes.push(...addedAndGone('owners', old.owners, fresh.owners), ...addedAndGone('jobs', old.jobs.map((j) => j.name), fresh.jobs.map((j) => j.name)));
  const [were, are] = [new Set(old.jobs.map((j) => j.name)), new Set(fresh.jobs.map((j) => j.name))];
  const named = (p: Platform): string => JSON.stringify({ ...p, step: 0, build: 'on', owners: [], jobs: p.jobs.filter((j) => were.has(j.name) && are.has(j.name)) });
  if (named(old) !== named(fresh)) changes.push(['settings of its own change']);
  return changes.map((change) => [code(id), ': ', ...change, '.']);
}

const owned = ({ owners }: Platform): Spans => owners.length === 0 ? [' and without owners.'] : [', owned by ', ...codes(owners), '.'];

function stepName({ ladder }: InForce, step: number): string {
  const name = ladder?.steps.find((s) => s.step === step)?.name;
  return name === undefined ? String(step) : `${name} (${step})`;
}

function addedAndGone(what: string, old: readonly string[], fresh: readonly string[]): Spans[] {
  const [were, are] = [new Set(old), new Set(fresh)];
  const [added, gone] = [fresh.filter((f) => !were.has(f)), old.filter((o) => !are.has(o))];
  return [...(added.length > 0 ? [[`${what} added: `, ...codes(added)]] : []), ...(gone.length > 0 ? [[`${what} gone: `, ...codes(gone)]] : [])];
}

function ofRelease(old: Project, fresh: Project): Spans[] {
  const [a, b] = [old.releases, fresh.releases];
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  const [before, after] = [a[0], b[0]];
  const people = [...addedAndGone('release leads', before?.leads ?? [], after?.leads ?? []), ...addedAndGone('the release-signal team', before?.ciSignal ?? [], after?.ciSignal ?? [])];
  const quorum: Spans[] = before?.quorum === after?.quorum || after === undefined ? [] : [[`approvals that a decision needs: ${after.quorum}`]];
  const told = [...people, ...quorum];
  return (told.length > 0 ? told : [['the releases change'] as Spans]).map((line) => [...capital(line), '.']);
}

const capital = ([first = '', ...rest]: Spans): Spans => typeof first === 'string' ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : [first, ...rest];

function ofSources(old: Project, fresh: Project): Spans[] {
  const shown = (p: Project): string[] => p.sources.map((s) => `${s.name}: ${s.kind} at ${s.url}`);
  return addedAndGone('sources', shown(old), shown(fresh)).map((line) => [...capital(line), '.']);
}

function ofChannels(old: Project, fresh: Project): Spans[] {
  const shown = (p: Project): string[] => Object.entries(p.channels).flatMap(([name, channel]) => channel === null ? [] : [`${name}: ${channel}`]);
  return addedAndGone('Slack channels', shown(old), shown(fresh)).map((line) => [...line, '.']);
}

const ofLadder = (old: InForce, fresh: InForce): Spans[] => JSON.stringify(old.ladder) === JSON.stringify(fresh.ladder) ? [] : [['The ladder changes.']];

function ofOthers(old: InForce, fresh: InForce): Spans[] {
  const changed = OTHERS.filter((name) => JSON.stringify(old.settings[name]) !== JSON.stringify(fresh.settings[name]));
  return changed.length === 0 ? [] : [['Other settings change: ', ...codes(changed), '.']];
}
