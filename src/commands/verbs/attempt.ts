import type { Incident } from '../../domain/incident.ts';
import type { Spans } from '../../domain/text.ts';
import { counted } from '../../domain/time.ts';
import { addTry, MOST_TRIES } from '../../policy/fixes.ts';
import { capitalised, command, contextOf, meaning, meantFirst, needsFor, onEach, subjectOf, type Done, type Meant } from '../incident-verbs.ts';
import type { Scene, Spoken, Verb } from '../verb.ts';
import { mistaken } from '../words.ts';

interface Args extends Meant { readonly text: string }

export const attempt: Verb<Args> = {
  name: 'attempt',
  usage: 'attempt [platform] <text or link>',
  about: 'Records what was tried, so that nobody tries it twice.',
  who: 'owners',
  examples: ['/arch attempt rebuilt the image with gcc 15, same failure', '/arch attempt https://example.org/logs/42'],
  more: 'The incident is yours then, unless somebody has it already.',
  parse: (line, scene, spoken) => {
    const lead = meantFirst(line, scene, spoken, true);
    if (!lead.ok) return lead;
    const { platform, next } = lead.args;
    const text = line.rest(next).trim();
    return text === '' ? mistaken(null, 'what was tried is missing: some words or a link') : meaning({ platform, text }, scene, spoken);
  },
  needs: needsFor,
  run: (args, scene, spoken) => onEach(args, scene, spoken, (incident) => record(incident, args.text, scene, spoken)),
};

function record(incident: Incident, text: string, scene: Scene, spoken: Spoken): Done {
  const name = capitalised(subjectOf(incident));
  if (incident.tries.some((t) => t.source === spoken.source)) return { verdict: 'answered', said: ['That is recorded with ', subjectOf(incident), ' already.'] };
  if (incident.tries.length >= MOST_TRIES) return { verdict: 'refused', said: [name, ` has ${MOST_TRIES} recorded tries, and no more are kept; write it as a comment. Nothing was changed.`] };
  const change = addTry(incident, { text, source: spoken.source }, contextOf(scene, spoken));
  if (change === null) return { verdict: 'refused', said: [name, ' is over. Nothing was changed.'] };
  const tries = change.incident.tries.length;
  return { verdict: 'done', change, said: ['What you tried is recorded with ', subjectOf(incident), tries === 1 ? '.' : ` (${counted(tries, 'try', 'tries')} so far).`], then: yoursNow(incident, change.incident, spoken) };
}

/** That who says something of it has it now, where nobody had. */
export const yoursNow = (before: Incident, after: Incident, spoken: Spoken): Spans =>
  before.acknowledged !== null || after.acknowledged === null ? [] : ['You have it now, as nobody had; give it back with ', command('unack', after, spoken), '.'];
