import { says } from '../../domain/text.ts';
import { moment } from '../../domain/time.ts';
import { namingNeeds, openAlready, openedReply, openSaid, readNaming, type Naming } from '../conflict-opening.ts';
import type { Verb } from '../verb.ts';

/** Asks for a platform to be turned off for a release blocker: it is fixed first if it can be. */
export const deactivate: Verb<Naming> = {
  name: 'deactivate',
  usage: 'deactivate <platform> [#blocker] [reason]',
  about: 'Asks for a platform\'s build to be turned off, so that a release blocker can merge: first its owners have their time to fix it.',
  who: 'concerned',
  examples: ['/arch deactivate linux/s390x #4711 the release cannot wait for its toolchain', '/arch deactivate linux/s390x'],
  more: 'It is `/arch conflict` where nobody has said that yet, and otherwise tells how far it is. The proposal comes by itself when the owners\' time is over, when they give up, or when two release leads say that there is no time; release leads decide it.',
  parse: readNaming,
  needs: namingNeeds,
  run: (args, scene, spoken, found) => {
    const opened = openSaid(args, scene, spoken, found);
    if (opened.kind === 'no') return opened.outcome;
    if (opened.kind === 'open') return openAlready(opened.conflict, scene);
    const { platform, fixBy } = opened.change.conflict;
    const first = says({ bold: 'Nothing is turned off yet.' }, ` ${platform} is to be fixed first if it can be; without a fix the proposal to turn it off comes on ${moment(fixBy, scene.now)} by itself.`);
    return { verdict: 'done', conflicts: [opened.change], reply: [first, ...openedReply(opened.change, opened.checks, scene, spoken)] };
  },
};
