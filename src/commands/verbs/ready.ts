import type { JobKey } from '../../domain/job.ts';
import { didYouMean } from '../../domain/suggest.ts';
import { coded } from '../../domain/text.ts';
import { listed } from '../../domain/time.ts';
import { deciding, isOfRelease, MOST_DAYS, shipping } from '../../policy/ready.ts';
import { releaseNamed, releaseNames } from '../releases.ts';
import { EVERYONE } from '../rights.ts';
import { replied, type CommandLine, type Parsed, type Scene, type Verb } from '../verb.ts';
import { readyCard } from '../views/ready.ts';
import { mistaken, quoted, understood } from '../words.ts';

/** Places among the project's releases. */
interface Args {
  readonly releases: readonly number[];
}

/** The go or no-go of a release. */
export const ready: Verb<Args> = {
  name: 'ready',
  usage: 'ready [release]',
  about: 'Shows go or no-go for a release, or for every supported one: which platforms can ship, why not, and what waits for whom.',
  who: 'everyone',
  examples: ['/arch ready v1.38', '/arch ready'],
  more: 'Asked of every platform on a step that ships with the release, by its jobs on the release-blocking board (on the informing one where it has none there): three passed runs in a row, and the pass rate that its step asks for, without days that do not count (calendar freezes, downtimes, days without a good poll). What is not known is never a go. Everything else that a lead should see stands beside it: open incidents, silenced jobs, exceptions and their ends, proposals.',
  parse,
  needs: ({ releases }, scene) => ({ ...EVERYONE, days: { jobs: decidingJobs(releases, scene), back: MOST_DAYS } }),
  run: ({ releases }, scene, _spoken, found) => ({
    verdict: 'answered',
    reply: releases.length === 0 ? replied(`${scene.project.name} declares no release in its configuration (`, coded('release'), '), so there is none to be ready for.') : readyCard(releases, scene, found),
  }),
};

function parse(line: CommandLine, { project }: Scene): Parsed<Args> {
  const [word, more] = line.words;
  if (more) return mistaken(more, `\`ready\` takes one release, and ${quoted(more.text)} is one too many`);
  if (!word || word.text.toLowerCase() === 'all') return understood({ releases: project.releases.map((_, i) => i) });
  const index = releaseNamed(word.text.toLowerCase(), project);
  if (index >= 0) return understood({ releases: [index] });
  const names = releaseNames(project);
  return mistaken(word, `no release is called ${quoted(word.text)}${didYouMean(word.text.slice(0, 256), names) || (names.length === 0 ? '; none is declared' : `; there are ${listed(names, 8)}`)}`);
}

/** The jobs whose rates are needed. */
function decidingJobs(releases: readonly number[], { project, ladder, jobs }: Scene): readonly JobKey[] {
  if (!ladder) return [];
  const platforms = new Set(shipping(project, ladder.ladder).ships.map((p) => p.id));
  return releases.flatMap((i) => {
    const release = project.releases[i];
    if (release === undefined) return [];
    const of = Map.groupBy(jobs.filter((j) => platforms.has(j.job.platform) && isOfRelease(j.job, release, project)), (j) => j.job.platform);
    return [...of.values()].flatMap((own) => deciding(own).jobs.map((j) => j.job.key));
  });
}
