import { spec } from '../people.ts';
import type { World } from '../world.ts';
import type { Flow } from './index.ts';

/** The newest card in the leads' channel. */
function card(world: World) {
  const found = world.slack.messages('#leads').findLast((m) => m.ephemeralFor === null && m.text.includes('on linux/s390x'));
  if (!found) throw new Error('there is no card');
  return found;
}

/** A blocking job is to be muted: proposed in Slack, objected to there, approved on GitHub and by a button. */
export const quorum: Flow = {
  name: 'quorum on GitHub and Slack',
  spec: spec(),
  steps: [
    (w) => w.runs('linux/s390x e2e', 'FFF'),
    (w) => w.insist((how) => w.slack.command('olga-lead', '#leads', 'mute linux/s390x:e2e 14d the lab is moving', how)),
    (w) => w.insist((how) => w.slack.command('porter-owner', '#leads', 'object the fix lands tomorrow', how)),
    (w) => w.github.person('ivan-lead').comment(w.issue('archsignal/proposal'), '/arch approve'),
    (w) => w.insist((how) => w.slack.click('maria-lead', card(w), 'approve', how)),
  ],
  ends: [/\*\*Approved: e2e on linux\/s390x is muted until <time>\.\*\* Decided by `ivan-lead` and `maria-lead`/],
};
