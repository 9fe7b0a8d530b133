import type { Incident } from '../../domain/incident.ts';
import { coded } from '../../domain/text.ts';
import { moment } from '../../domain/time.ts';
import { snooze as snoozed } from '../../policy/acts.ts';
import { called, capitalised, command, contextOf, meaning, meantFirst, needsFor, onEach, overtaken, reasonOf, silenced, subjectOf, type Done, type Meant } from '../incident-verbs.ts';
import type { Scene, Spoken, Verb } from '../verb.ts';
import { mistaken, readUntil } from '../words.ts';

interface Args extends Meant {
  readonly until: number;
  readonly reason: string | null;
}

export const snooze: Verb<Args> = {
  name: 'snooze',
  usage: 'snooze [platform] <duration|date|next-release> [reason]',
  about: 'Silences an incident until then: nobody is reminded or asked. It goes on being watched.',
  who: 'owners',
  examples: ['/arch snooze 3d waiting for the toolchain', '/arch snooze 2026-12-01', '/arch snooze linux/s390x next-release'],
  more: 'Dates are days in UTC, from their start. If it is still broken when the time is over, one comment says so, and reminders begin anew. On GitHub, putting the issue into a later release\'s milestone snoozes it until the current release is out.',
  parse: (line, scene, spoken) => {
    const lead = meantFirst(line, scene, spoken, false);
    if (!lead.ok) return lead;
    const { platform, next } = lead.args;
    const word = line.words[next];
    if (word === undefined) return mistaken(null, 'how long is missing: a duration such as `3d`, a date, or `next-release`');
    const until = readUntil(word, scene, spoken.at, line.words[next + 1]);
    return until.ok ? meaning({ platform, until: until.args, reason: reasonOf(line.rest(next + 1)) }, scene, spoken) : until;
  },
  needs: needsFor,
  run: (args, scene, spoken) => onEach(args, scene, spoken, (incident) => silence(incident, args, scene, spoken)),
};

function silence(incident: Incident, { until, reason }: Args, scene: Scene, spoken: Spoken): Done {
  if (incident.state !== 'open') return silenced(incident);
  const end = ['End it earlier with ', command('unsnooze', incident, spoken), '.'];
  const change = snoozed(incident, { until, reason }, contextOf(scene, spoken));
  const present = incident.snooze;
  if (change === null && present !== null) {
    return { verdict: 'answered', said: [capitalised(subjectOf(incident)), ` is snoozed until ${moment(present.until, scene.now)} already, by `, coded(present.by), '.'], then: end };
  }
  if (change === null || change.incident.snooze === present) return overtaken(incident, change);
  const [name = '', ...rest] = called(incident, scene, spoken);
  return {
    verdict: 'done', change,
    said: [typeof name === 'string' ? capitalised(name) : name, ...rest, ` is snoozed until ${moment(until, scene.now)}: nobody is reminded or asked until then.`],
    then: ['If it is still broken when that is over, one comment says so. ', ...end],
  };
}
