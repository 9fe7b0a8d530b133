import type { Conflict } from '../../domain/conflict.ts';
import { moment } from '../../domain/time.ts';
import { sameLogin } from '../../policy/acts.ts';
import { isAuthor, isEarlier, LEADS_TO_SKIP, skipFixing } from '../../policy/conflict-acts.ts';
import { blockerName } from '../../policy/conflicts.ts';
import { answered, called, leadingConflict, leadsAlone, nowOf, refusedAs, saidBefore, sayingOf, typed } from '../conflict-verbs.ts';
import { unlinked } from '../deciding.ts';
import type { CommandLine, Outcome, Parsed, Scene, Spoken, Verb } from '../verb.ts';
import { conflictSpans } from '../views/conflict.ts';
import { mistaken, understood } from '../words.ts';

interface Args {
  readonly conflict: Conflict;
  readonly reason: string;
}

/** The emergency path: two release leads leave the owners no more time, and the proposal comes now. */
export const noTime: Verb<Args> = {
  name: 'no-time',
  usage: 'no-time [platform] <reason>',
  about: 'Says that there is no time to fix the platform first: with a second release lead the proposal to turn it off comes now.',
  who: 'lead',
  examples: ['/arch no-time the cut is tonight', '/arch no-time linux/s390x the security fix has to be out today'],
  more: 'On the blocker it needs no platform. The reason is shown to the owners and to those who decide. Whoever wrote the blocker does not count. It is no approval: that is asked for by the proposal.',
  parse,
  needs: ({ conflict }, scene) => leadsAlone(scene, conflict),
  run: recorded,
};

function parse(line: CommandLine, scene: Scene, spoken: Spoken): Parsed<Args> {
  const lead = leadingConflict(line, scene, spoken);
  if (!lead.ok) return lead;
  const reason = line.rest(lead.args.next).trim();
  return reason === '' ? mistaken(null, 'a reason is missing, which the owners read') : understood({ conflict: lead.args.conflict, reason });
}

function recorded({ conflict: meant, reason }: Args, scene: Scene, spoken: Spoken): Outcome {
  const { login } = spoken.actor;
  if (login === null) return unlinked();
  const conflict = nowOf(scene, meant) ?? meant;
  const { platform, stage, skips, blocker, fixBy } = conflict;
  if (isEarlier(conflict, spoken)) return saidBefore(conflict, scene, spoken);
  if (isAuthor(conflict, login)) return refusedAs(`You wrote ${blockerName(blocker)}, so your word does not shorten the time that the owners of ${platform} have. Two other release leads can.`);
  const said = skips.find((s) => sameLogin(s.by, login));
  const change = skipFixing(conflict, sayingOf(scene, spoken, login, reason));
  if (change !== null) {
    const count = change.conflict.skips.length;
    const then = count >= LEADS_TO_SKIP ? 'The proposal comes now, in an issue of its own. What you said is no approval of it.' : `The proposal comes at once when one more release lead writes `;
    return { ...answered('Recorded for ', ...called(conflict, scene, spoken), `: ${count} of ${LEADS_TO_SKIP}. ${then}`, ...count >= LEADS_TO_SKIP ? [] : [typed('no-time', conflict, scene, spoken, '<reason>'), `. Otherwise the owners have until ${moment(fixBy, scene.now)}.`]), verdict: 'done', conflicts: [change] };
  }
  if (said !== undefined && stage === 'fixing') return answered(`You have said so already, on ${moment(said.at, scene.now)}: ${skips.length} of ${LEADS_TO_SKIP}. It takes another release lead.`);
  return refusedAs(`The owners' time is over already: ${platform} is `, ...conflictSpans(conflict, scene), '.');
}
