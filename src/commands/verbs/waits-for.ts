import type { Conflict } from '../../domain/conflict.ts';
import { moment } from '../../domain/time.ts';
import { isEarlier, nameUpstream, upstreamDone, type Saying } from '../../policy/conflict-acts.ts';
import { exitWords } from '../../policy/conflict-words.ts';
import { answered, called, leadingConflict, nowOf, refusedAs, saidBefore, sayingOf, typed } from '../conflict-verbs.ts';
import { unlinked } from '../deciding.ts';
import { ownersNeeded } from '../incident-verbs.ts';
import type { CommandLine, Outcome, Parsed, Scene, Spoken, Verb } from '../verb.ts';
import { lacks } from '../views/conflict.ts';
import { mistaken, understood } from '../words.ts';

interface Args {
  readonly conflict: Conflict;
  /** What it waits for; null: that is released. */
  readonly fix: string | null;
}

/** Names the fix elsewhere that the platform's way back waits for, and says when that is released. */
export const waitsFor: Verb<Args> = {
  name: 'waits-for',
  usage: 'waits-for [platform] <link or words|done>',
  about: 'Names the fix elsewhere that has to be released before the platform is built again; `done` says that it is released.',
  who: 'owners',
  examples: ['/arch waits-for https://github.com/golang/go/issues/15823', '/arch waits-for linux/s390x binutils 2.45', '/arch waits-for linux/s390x done'],
  more: 'It becomes a part of the exit test: without it no way back is proposed, however green its jobs are. On the blocker, on the proposal or on the reactivation issue it needs no platform.',
  parse,
  needs: ({ conflict }, scene) => ownersNeeded(scene.project, [conflict.platform]),
  run: recorded,
};

function parse(line: CommandLine, scene: Scene, spoken: Spoken): Parsed<Args> {
  const lead = leadingConflict(line, scene, spoken);
  if (!lead.ok) return lead;
  const fix = line.rest(lead.args.next).trim();
  if (fix === '') return mistaken(null, 'what it waits for is missing: a link, some words, or `done`');
  return understood({ conflict: lead.args.conflict, fix: /^(?:done|released)[.!]?$/i.test(fix) ? null : fix });
}

function recorded({ conflict: meant, fix }: Args, scene: Scene, spoken: Spoken): Outcome {
  const { login } = spoken.actor;
  if (login === null) return unlinked();
  const conflict = nowOf(scene, meant) ?? meant;
  if (isEarlier(conflict, spoken)) return saidBefore(conflict, scene, spoken);
  const saying = sayingOf(scene, spoken, login, fix ?? '');
  return fix === null ? done(conflict, saying, scene, spoken) : named(conflict, saying, scene, spoken);
}

function named(conflict: Conflict, saying: Saying, scene: Scene, spoken: Spoken): Outcome {
  const change = nameUpstream(conflict, saying);
  if (change === null) return answered('That is what ', ...called(conflict, scene, spoken), ` waits for already. The exit test is: ${exitWords(conflict.exit)}.`);
  return { ...answered('Recorded for ', ...called(conflict, scene, spoken), `. The exit test is now: ${exitWords(change.conflict.exit)}. Once that is released, say so with `, typed('waits-for', conflict, scene, spoken, 'done'), '.'), verdict: 'done', conflicts: [change] };
}

function done(conflict: Conflict, saying: Saying, scene: Scene, spoken: Spoken): Outcome {
  const { exit, platform } = conflict;
  const change = upstreamDone(conflict, saying);
  if (change !== null) return { ...answered(`Recorded: ${exit.upstream ?? 'it'} is released. What is missing for ${platform} to be built again: ${lacks(change.conflict, scene)}.`), verdict: 'done', conflicts: [change] };
  if (exit.released) return answered(`That ${exit.upstream ?? 'it'} is released is known since ${moment(exit.released.at, scene.now)}. What is missing for ${platform} to be built again: ${lacks(conflict, scene)}.`);
  return refusedAs(`${platform} waits for no fix elsewhere, as far as is recorded. `, typed('waits-for', conflict, scene, spoken, '<link or words>'), ' names one.');
}
