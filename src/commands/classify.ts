import type { Incident } from '../domain/incident.ts';
import { coded, type Spans } from '../domain/text.ts';
import { classify, unclassify } from '../policy/acts.ts';
import { called, capitalised, classWords, command, contextOf, meaning, meantFirst, needsFor, onEach, overtaken, reasonOf, spaced, subjectOf, whatFollows, type Done, type Meant } from './incident-verbs.ts';
import type { Scene, Spoken, Verb } from './verb.ts';

interface Args extends Meant {
  /** It is not that, after all. */
  readonly off: boolean;
  readonly note: string | null;
}

/** A verb that says what an incident is: `flake` and `infra` differ in nothing but their words. */
export const classifier = (as: 'flake' | 'infra', words: Pick<Verb, 'usage' | 'about' | 'examples' | 'more'>): Verb<Args> => ({
  name: as, who: 'owners', ...words,
  parse: (line, scene, spoken) => {
    const lead = meantFirst(line, scene, spoken, true);
    if (!lead.ok) return lead;
    const { platform, next } = lead.args;
    const rest = line.rest(next).trim();
    const off = rest.toLowerCase() === 'off';
    return meaning({ platform, off, note: off ? null : reasonOf(rest) }, scene, spoken);
  },
  needs: needsFor,
  run: (args, scene, spoken) => onEach(args, scene, spoken, (incident) => args.off ? takeBack(incident, as, scene, spoken) : call(incident, as, args.note, scene, spoken)),
});

function call(incident: Incident, as: 'flake' | 'infra', note: string | null, scene: Scene, spoken: Spoken): Done {
  const before = incident.classified;
  const back: Spans = ['Take that back with ', command(as, incident, spoken, 'off'), '.'];
  const change = classify(incident, { as, note }, contextOf(scene, spoken));
  if (change === null && before !== null) {
    return { verdict: 'answered', said: [capitalised(subjectOf(incident)), ` is recorded as ${classWords(as)} already, by `, coded(before.by), '.'], then: back };
  }
  if (change === null || change.incident.classified === before) return overtaken(incident, change);
  const [name = '', ...rest] = called(incident, scene, spoken);
  const other: Spans = before === null || before.as === as ? [] : [` (before: ${classWords(before.as)}, said by `, coded(before.by), ')'];
  const about: Spans = note === null ? [] : [': ', note];
  return {
    verdict: 'done', change,
    said: [typeof name === 'string' ? capitalised(name) : name, ...rest, ` is recorded as ${classWords(as)}`, ...other, ...about, /[.?!]$/.test(note ?? '') ? '' : '.'],
    then: [as === 'infra' ? 'It does not count against the platform, and nobody is reminded. ' : 'Nobody is reminded. ', 'It closes by itself when it is green again. ', ...back],
  };
}

function takeBack(incident: Incident, as: 'flake' | 'infra', scene: Scene, spoken: Spoken): Done {
  const name = capitalised(subjectOf(incident));
  const change = unclassify(incident, as, contextOf(scene, spoken));
  if (incident.classified?.as !== as) return { verdict: 'answered', change, said: [name, ` is not recorded as ${classWords(as)}, so nothing was changed.`] };
  if (change === null || change.incident.classified === incident.classified) return overtaken(incident, change);
  return { verdict: 'done', change, said: [name, ` is not recorded as ${classWords(as)} any more.`, ...spaced(incident.state === 'open' ? whatFollows(change.incident, scene) : [])] };
}
