import type { Conflict } from '../../domain/conflict.ts';
import { coded } from '../../domain/text.ts';
import { moment } from '../../domain/time.ts';
import { giveUp as given, isEarlier } from '../../policy/conflict-acts.ts';
import { scopeOf } from '../../policy/conflict-words.ts';
import { answered, called, leadingConflict, nowOf, ownersAlone, refusedAs, saidBefore, sayingOf } from '../conflict-verbs.ts';
import { unlinked } from '../deciding.ts';
import type { Outcome, Scene, Spoken, Verb } from '../verb.ts';
import { conflictSpans } from '../views/conflict.ts';
import { understood } from '../words.ts';

interface Args {
  readonly conflict: Conflict;
  readonly reason: string;
}

/** An owner says that the platform cannot be fixed in time: release leads are asked now, instead of at the deadline. */
export const giveUp: Verb<Args> = {
  name: 'give-up',
  usage: 'give-up [platform] [reason]',
  about: 'Says that a platform which is in the way of a release blocker cannot be fixed in time: release leads are asked now.',
  who: 'owner',
  examples: ['/arch give-up the linker has to be fixed upstream first', '/arch give-up linux/s390x nobody is there before Monday'],
  more: 'On the blocker, or on the issue of its proposal, it needs no platform. Those who decide read the reason. A fix that comes all the same still ends it.',
  parse: (line, scene, spoken) => {
    const lead = leadingConflict(line, scene, spoken);
    return lead.ok ? understood({ conflict: lead.args.conflict, reason: line.rest(lead.args.next).trim() }) : lead;
  },
  needs: ({ conflict }, scene) => ownersAlone(scene, conflict.platform),
  run: recorded,
};

function recorded({ conflict: meant, reason }: Args, scene: Scene, spoken: Spoken): Outcome {
  const { login } = spoken.actor;
  if (login === null) return unlinked();
  const conflict = nowOf(scene, meant) ?? meant;
  const { platform, gaveUp, stage, remedy, components, release, branch } = conflict;
  if (isEarlier(conflict, spoken)) return saidBefore(conflict, scene, spoken);
  const change = given(conflict, sayingOf(scene, spoken, login, reason));
  if (change !== null) {
    const what = remedy === 'waive' ? `to waive its check for ${release ?? branch}` : `to turn the ${scopeOf(platform, components)} off for ${release ?? branch}`;
    return { ...answered('Recorded for ', ...called(conflict, scene, spoken), `. Release leads are asked now ${what}, in an issue of its own, which shows ${reason === '' ? 'that you have given up' : 'your reason'}. If it turns green all the same, that ends it.`), verdict: 'done', conflicts: [change] };
  }
  if (gaveUp !== null && stage === 'fixing') return answered(coded(gaveUp.by), ` has said so already, on ${moment(gaveUp.at, scene.now)}, so release leads are asked.`);
  return refusedAs(`The owners' time is over: ${platform} is `, ...conflictSpans(conflict, scene), '.');
}
