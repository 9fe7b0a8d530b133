import type { Incident } from '../../domain/incident.ts';
import { coded } from '../../domain/text.ts';
import { sameLogin, unacknowledge } from '../../policy/acts.ts';
import { called, command, contextOf, needsFor, onEach, onlyPlatform, overtaken, silenced, spaced, subjectOf, whatFollows, type Done, type Meant } from '../incident-verbs.ts';
import type { Scene, Spoken, Verb } from '../verb.ts';

export const unack: Verb<Meant> = {
  name: 'unack',
  usage: 'unack [platform]',
  about: 'Gives an incident back: it waits for somebody to take it again.',
  who: 'owners',
  examples: ['/arch unack', '/arch unack linux/s390x'],
  more: 'Reminders that were not given yet begin anew; what was said once is not said again. Unassigning whoever has it means the same, and whoever had it is unassigned by this.',
  parse: onlyPlatform,
  needs: needsFor,
  run: (args, scene, spoken) => onEach(args, scene, spoken, (incident) => giveBack(incident, scene, spoken)),
};

function giveBack(incident: Incident, scene: Scene, spoken: Spoken): Done {
  if (incident.state !== 'open') return silenced(incident);
  const context = contextOf(scene, spoken);
  const had = incident.acknowledged;
  const change = unacknowledge(incident, context);
  if (had === null) return { verdict: 'answered', change, said: ['Nobody has ', subjectOf(incident), ', so nothing was changed. Take it with ', command('ack', incident, spoken), '.'] };
  if (change === null || change.incident.acknowledged === had) return overtaken(incident, change);
  const who = sameLogin(had.by, context.by) ? ['You gave back ', ...called(incident, scene, spoken), '.']
    : ['Nobody has ', subjectOf(incident), ' now; ', coded(had.by), ' had it.'];
  return { verdict: 'done', change, said: [...who, ...spaced(whatFollows(change.incident, scene))], then: ['Take it again with ', command('ack', incident, spoken), '.'] };
}
