import { bullets, coded, says, type Spans, type Text } from '../../domain/text.ts';
import { counted, moment, span } from '../../domain/time.ts';
import { leadsNeeded } from '../rights.ts';
import type { Scene, Verb } from '../verb.ts';
import { mistaken, understood } from '../words.ts';

/** Reads every source now instead of at the next poll. */
export const recheck: Verb<null> = {
  name: 'recheck',
  usage: 'recheck',
  about: 'Reads every CI source now, instead of at the next poll.',
  who: 'leads',
  examples: ['/arch recheck'],
  parse: (line) => line.words[0] ? mistaken(line.words[0], '`recheck` reads everything and takes nothing more') : understood(null),
  needs: (_args, { project }) => leadsNeeded(project),
  run: (_args, scene) => ({ verdict: 'done', recheck: true, reply: reply(scene) }),
};

function reply(scene: Scene): Text {
  const { project, jobs } = scene;
  const sources = project.sources.map(({ name }): Spans => {
    const own = jobs.filter((j) => j.job.source === name);
    const platforms = new Set(own.map((j) => j.job.platform));
    const readAt = scene.readAt?.get(name);
    const last = scene.readAt === undefined ? '' : readAt === undefined ? '; it has never been read well' : `; last read well on ${moment(readAt, scene.now)}`;
    return [coded(name), `: ${counted(own.length, 'job')} on ${counted(platforms.size, 'platform')}${last}`];
  });
  const every = project.polling.every.kind === 'interval' ? `every ${span(project.polling.every.ms)}` : `on the schedule ${project.polling.every.line}`;
  return [
    says(`${sources.length === 1 ? 'The source is' : `All ${counted(sources.length, 'source')} are`} being read now:`),
    bullets(...sources),
    says('What has changed shows in the incidents within moments, and in ', coded('/arch status'), `. Regular readings go on ${every}.`),
  ];
}
