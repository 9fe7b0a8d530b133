import type { Incident } from '../../domain/incident.ts';
import { coded, type Spans } from '../../domain/text.ts';
import { moment } from '../../domain/time.ts';
import { acknowledge, sameLogin, silentHolder } from '../../policy/acts.ts';
import { called, command, contextOf, needsFor, onEach, onlyPlatform, overtaken, silenced, subjectOf, type Done, type Meant } from '../incident-verbs.ts';
import type { Scene, Spoken, Verb } from '../verb.ts';

export const ack: Verb<Meant> = {
  name: 'ack',
  usage: 'ack [platform]',
  about: 'Says that you have it: nobody is reminded or asked any more.',
  who: 'owners',
  examples: ['/arch ack', '/arch ack linux/s390x'],
  more: 'On an incident\'s issue it needs no platform. Somebody else\'s incident becomes yours; whoever was only assigned to it by others, and has said nothing, is unassigned. Assigning yourself on GitHub, or writing a comment there as an owner, means the same.',
  parse: onlyPlatform,
  needs: needsFor,
  run: (args, scene, spoken) => onEach(args, scene, spoken, (incident) => take(incident, scene, spoken)),
};

function take(incident: Incident, scene: Scene, spoken: Spoken): Done {
  if (incident.state !== 'open') return silenced(incident);
  const context = contextOf(scene, spoken);
  const before = incident.acknowledged;
  const give: Spans = ['Give it back with ', command('unack', incident, spoken), '.'];
  if (before !== null && sameLogin(before.by, context.by)) {
    return { verdict: 'answered', change: acknowledge(incident, context), said: ['You have ', subjectOf(incident), ` already, since ${moment(before.at, scene.now)}.`], then: give };
  }
  const change = acknowledge(incident, context);
  if (change === null || change.incident.acknowledged === before) return overtaken(incident, change);
  const from: Spans = before === null ? ['.'] : ['; ', coded(before.by), silentHolder(incident) === null ? ' had it.' : ' had been assigned to it, has said nothing of it, and is unassigned.'];
  return { verdict: 'done', change, said: ['You have ', ...called(incident, scene, spoken), ...(before === null ? [] : [' now']), ...from], then: ['Nobody is reminded. ', ...give] };
}
