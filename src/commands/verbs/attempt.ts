import { isOpenConflict, type Conflict } from '../../domain/conflict.ts';
import { standingJobs, type Incident } from '../../domain/incident.ts';
import { bullets, says, type Spans, type Text } from '../../domain/text.ts';
import { counted } from '../../domain/time.ts';
import { addAttempt, isEarlier } from '../../policy/conflict-acts.ts';
import { addTry, MOST_TRIES } from '../../policy/fixes.ts';
import { called, conflictsHere, openConflicts, sayingOf } from '../conflict-verbs.ts';
import { capitalised, command, contextOf, meantFirst, onEach, ownersNeeded, subjectOf, type Done, type Meant } from '../incident-verbs.ts';
import type { CommandLine, Outcome, Parsed, Scene, Spoken, Verb } from '../verb.ts';
import { incidentsMeant, leadingPlatform, mistaken, understood } from '../words.ts';

interface Args extends Meant { readonly text: string }

export const attempt: Verb<Args> = {
  name: 'attempt',
  usage: 'attempt [platform] <text or link>',
  about: 'Records what was tried, so that nobody tries it twice.',
  who: 'owners',
  examples: ['/arch attempt rebuilt the image with gcc 15, same failure', '/arch attempt https://example.org/logs/42'],
  more: 'Recorded with the platform\'s incident, which is yours then unless somebody has it already; and where the platform is in the way of a release blocker, with that, for those who decide. Written on the blocker, on its proposal or on the reactivation issue it is about that alone.',
  parse: (line, scene, spoken) => {
    const lead = leadOf(line, scene, spoken);
    if (!lead.ok) return lead;
    const { platform, next } = lead.args;
    const text = line.rest(next).trim();
    if (text === '') return mistaken(null, 'what was tried is missing: some words or a link');
    const meant = whatIsMeant(platform, scene, spoken);
    return meant.ok ? understood({ platform, text }) : meant;
  },
  needs: ({ platform }, scene, spoken) => {
    const meant = whatIsMeant(platform, scene, spoken);
    const { incidents, conflicts } = meant.ok ? meant.args : { incidents: [], conflicts: [] };
    return ownersNeeded(scene.project, [...new Set([...incidents.flatMap((i) => [i.platform, ...standingJobs(i).map((j) => j.platform)]), ...conflicts.map((c) => c.platform)])]);
  },
  run: (args, scene, spoken) => {
    const meant = whatIsMeant(args.platform, scene, spoken);
    const { incidents, conflicts } = meant.ok ? meant.args : { incidents: [], conflicts: [] };
    if (conflicts.length === 0) return onEach(args, scene, spoken, (incident) => record(incident, args.text, scene, spoken));
    const first = incidents.length === 0 ? null : onEach(args, scene, spoken, (incident) => record(incident, args.text, scene, spoken));
    return together(first, conflicts.map((c) => recordWith(c, args.text, scene, spoken)));
  },
};

/** Where something else says which is meant, a platform is one only if it is spelled out: `amd64 works` is what somebody tried. */
function leadOf(line: CommandLine, scene: Scene, spoken: Spoken): Parsed<Meant & { readonly next: number }> {
  const here = conflictsHere(scene, spoken.place).filter(isOpenConflict);
  if (spoken.place.incident !== null || here.length === 0) return meantFirst(line, scene, spoken, true);
  const lead = leadingPlatform(line, scene.project);
  const named = lead.ok && lead.args.platform !== null && (line.words[0]?.text.includes('/') ?? false) && here.some((c) => c.platform === lead.args.platform);
  return named ? lead : understood({ platform: null, next: 0 });
}

interface Both { readonly incidents: readonly Incident[]; readonly conflicts: readonly Conflict[] }

/** The conflicts of the place alone; else the incidents that are meant, and the conflicts of their platforms. Never neither: then it is a mistake. */
function whatIsMeant(platform: Args['platform'], scene: Scene, { place }: Spoken): Parsed<Both> {
  const here = conflictsHere(scene, place).filter((c) => isOpenConflict(c) && (platform === null || c.platform === platform));
  if (place.incident === null && here.length > 0) return understood({ incidents: [], conflicts: here });
  const meant = incidentsMeant(scene, place, platform);
  const incidents = meant.ok ? meant.args : [];
  const named = platform ?? (place.incident === null ? place.platform : null);
  const platforms = new Set([...named === null ? [] : [named], ...incidents.filter((i) => i.scope === 'here').map((i) => i.platform)]);
  const open = openConflicts(scene);
  const conflicts = open.filter((c) => platforms.has(c.platform));
  if (meant.ok || conflicts.length > 0) return understood({ incidents, conflicts });
  return named === null && place.incident === null && open.length > 0 ? mistaken(null, 'it is not clear what it was tried against, so name the platform') : meant;
}

/** With a conflict: those who decide, and those who bring it back, are shown it. */
function recordWith(conflict: Conflict, text: string, scene: Scene, spoken: Spoken): Omit<Done, 'change'> & { readonly change?: Outcome['conflicts'] } {
  const name = called(conflict, scene, spoken);
  const login = spoken.actor.login ?? 'somebody';
  const change = addAttempt(conflict, { ...sayingOf(scene, spoken, login, text), source: spoken.source });
  if (change !== null) {
    const tries = change.conflict.tries.length;
    return { verdict: 'done', change: [change], said: ['What you tried is recorded with ', ...name, tries === 1 ? '' : ` (${counted(tries, 'try', 'tries')} so far)`, `: ${conflict.times.off === null ? 'release leads who decide' : 'whoever brings it back'} can see it.`] };
  }
  if (conflict.tries.some((t) => t.source === spoken.source)) return { verdict: 'answered', said: ['That is recorded with ', ...name, ' already.'] };
  if (isEarlier(conflict, spoken)) return { verdict: 'refused', said: ['It was said before ', ...name, ' met, so it is not recorded with them.'] };
  return { verdict: 'refused', said: [...name, ` have ${MOST_TRIES} recorded tries, and no more are kept; write it as a comment.`] };
}

function together(first: Outcome | null, others: readonly ReturnType<typeof recordWith>[]): Outcome {
  const verdicts = [...first === null ? [] : [first.verdict], ...others.map((o) => o.verdict)];
  const verdict = (['done', 'answered', 'refused'] as const).find((v) => verdicts.includes(v)) ?? 'refused';
  const [only] = others;
  const told: Text = others.length === 1 && only ? [says(...only.said)] : [bullets(...others.map((o) => o.said))];
  return { verdict, reply: [...first?.reply ?? [], ...told], incidents: first?.incidents ?? [], conflicts: others.flatMap((o) => o.change ?? []) };
}

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
