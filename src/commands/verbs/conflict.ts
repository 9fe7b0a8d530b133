import { namingNeeds, openAlready, openedReply, openSaid, readNaming, type Naming } from '../conflict-opening.ts';
import type { Verb } from '../verb.ts';

/** Says that a platform is in the way of a release blocker. */
export const conflict: Verb<Naming> = {
  name: 'conflict',
  usage: 'conflict <platform> [#blocker] [reason]',
  about: 'Says that a platform is in the way of a release blocker: its owners are asked to fix it first, and then release leads whether it is turned off.',
  who: 'concerned',
  examples: ['/arch conflict linux/s390x #4711 its linker cannot take the new object files', '/arch conflict linux/s390x'],
  more: 'Written on the blocker it needs no number. Nobody has to say it where only the platform\'s checks are red, or a log names it: that is seen. What the checks show is looked at all the same, and stands beside your words; where several platforms are red, the blocker itself is the likely cause, and nothing is proposed. Your own approval of the proposal does not count then.',
  parse: readNaming,
  needs: namingNeeds,
  run: (args, scene, spoken, found) => {
    const opened = openSaid(args, scene, spoken, found);
    if (opened.kind === 'no') return opened.outcome;
    return opened.kind === 'open' ? openAlready(opened.conflict, scene) : { verdict: 'done', conflicts: [opened.change], reply: openedReply(opened.change, opened.checks, scene, spoken) };
  },
};
