import type { JobKey } from '../../domain/job.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { nearest } from '../../domain/suggest.ts';
import { replied, type CommandLine, type Found, type Parsed, type Scene, type Spoken, type Verb } from '../verb.ts';
import { EVERYONE } from '../rights.ts';
import { explainJob, explainPlatform, runsShown } from '../views/explain.ts';
import { platformHere } from '../views/wording.ts';
import { leadingJob, leadingPlatform, mistaken, readJob, readPlatform, understood } from '../words.ts';

type Asked = { readonly kind: 'platform'; readonly platform: PlatformId } | { readonly kind: 'job'; readonly key: JobKey };

/** Why a platform or a job is called what it is. */
export const explain: Verb<Asked> = {
  name: 'explain',
  usage: 'explain [platform|job]',
  about: 'Says why a platform or a job is called what it is: its runs, its streak, what would change it, where to look; of a platform also the criteria of its step and of the next.',
  who: 'everyone',
  examples: ['/arch explain linux/s390x', '/arch explain ci-kubernetes-unit-s390x', '/arch explain linux/s390x:unit'],
  more: 'A job is called by its name, its tab or `dashboard/tab`; where several platforms have one of that name, with its platform before it. On an incident\'s issue and in a platform\'s own channel, `/arch explain` alone is about that platform.',
  parse,
  needs: (asked, scene) => ({ ...EVERYONE, runs: asked.kind === 'job' ? [asked.key] : runsOf(asked.platform, scene) }),
  run: (asked, scene, _spoken, found) => ({ verdict: 'answered', reply: told(asked, scene, found) }),
};

function runsOf(id: PlatformId, scene: Scene): readonly JobKey[] {
  const platform = scene.project.platforms.find((p) => p.id === id);
  return platform ? runsShown(platform, scene).map((j) => j.job.key) : [];
}

function told(asked: Asked, scene: Scene, found: Found): ReturnType<typeof explainJob> {
  const job = asked.kind === 'job' ? scene.jobs.find((j) => j.job.key === asked.key) : undefined;
  const platform = asked.kind === 'platform' ? scene.project.platforms.find((p) => p.id === asked.platform) : undefined;
  if (job) return explainJob(job, scene, found);
  return platform ? explainPlatform(platform, scene, found) : replied('Nothing has been read of it yet.');
}

function parse(line: CommandLine, scene: Scene, { place }: Spoken): Parsed<Asked> {
  const [word] = line.words;
  if (!word) {
    const here = platformHere(scene, place);
    return here === null ? mistaken(null, 'a platform or a job is missing here') : understood({ kind: 'platform', platform: here });
  }
  const job = leadingJob(line, 0, scene.project);
  if (job.ok) return only(line, job.args.next, { kind: 'job', key: job.args.job.key });
  const platform = leadingPlatform(line, scene.project);
  if (!platform.ok) return platform;
  const { platform: id, next } = platform.args;
  if (id === null) return nearPlatform(word.text, scene) ? asPlatform(line, scene) : job;
  const second = line.words[next];
  if (!second) return understood({ kind: 'platform', platform: id });
  const own = readJob({ text: `${id}:${line.rest(next)}`, at: second.at }, scene.project);
  return own.ok ? understood({ kind: 'job', key: own.args.key }) : mistaken({ text: line.rest(next), at: second.at }, `no job of ${id} is called so; \`/arch status ${id}\` lists them`);
}

/** A misspelt word that is nearer to a platform than to a job. */
function nearPlatform(text: string, { project }: Scene): boolean {
  const platforms = new Set(project.platforms.flatMap((p) => [p.id as string, p.id.slice(p.id.indexOf('/') + 1)]));
  const meant = nearest(text.slice(0, 256), [...new Set(project.platforms.flatMap((p) => p.jobs.map((j) => j.name))), ...platforms]);
  return meant !== null && platforms.has(meant);
}

function asPlatform(line: CommandLine, { project }: Scene): Parsed<Asked> {
  const [word] = line.words;
  const read = word ? readPlatform(word, project) : mistaken(null, 'a platform is missing here');
  return read.ok ? understood({ kind: 'platform', platform: read.args }) : read;
}

function only(line: CommandLine, next: number, asked: Asked): Parsed<Asked> {
  const more = line.words[next];
  return more ? mistaken(more, '`explain` takes one platform or one job, and this is one too many') : understood(asked);
}
