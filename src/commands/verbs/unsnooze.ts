import type { Incident } from '../../domain/incident.ts';
import { unsnooze as woken } from '../../policy/acts.ts';
import { capitalised, command, contextOf, needsFor, onEach, onlyPlatform, overtaken, silenced, spaced, subjectOf, whatFollows, type Done, type Meant } from '../incident-verbs.ts';
import type { Scene, Spoken, Verb } from '../verb.ts';

export const unsnooze: Verb<Meant> = {
  name: 'unsnooze',
  usage: 'unsnooze [platform]',
  about: 'Ends a snooze before its time.',
  who: 'owners',
  examples: ['/arch unsnooze', '/arch unsnooze linux/s390x'],
  more: 'Reminders that were not given yet begin anew, unless somebody has it.',
  parse: onlyPlatform,
  needs: needsFor,
  run: (args, scene, spoken) => onEach(args, scene, spoken, (incident) => wake(incident, scene, spoken)),
};

function wake(incident: Incident, scene: Scene, spoken: Spoken): Done {
  if (incident.state !== 'open') return silenced(incident);
  const change = woken(incident, contextOf(scene, spoken));
  if (incident.snooze === null) return { verdict: 'answered', change, said: [capitalised(subjectOf(incident)), ' is not snoozed, so nothing was changed.'] };
  if (change === null || change.incident.snooze === incident.snooze) return overtaken(incident, change);
  return { verdict: 'done', change, said: [capitalised(subjectOf(incident)), ' is not snoozed any more.', ...spaced(whatFollows(change.incident, scene))], then: incident.acknowledged === null ? ['Take it with ', command('ack', incident, spoken), '.'] : [] };
}
