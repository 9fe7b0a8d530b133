import { spec } from '../people.ts';
import type { Flow } from './index.ts';

/** What owners say of a breakage, in a comment of several commands, in Slack, and by hand. */
export const command: Flow = {
  name: 'commands',
  spec: spec(),
  steps: [
    (w) => w.runs('linux/s390x e2e', 'FFF'),
    async (w) => {
      const owner = w.github.person('porter-owner');
      await owner.commit('demo/demo', 'fix.txt', 'mended', 'mend-it');
      const pull = await owner.openPull('demo/demo', { title: 'Mend it', head: 'mend-it' });
      await owner.comment(w.issue('archsignal/incident'), `/arch ack\n/arch attempt gcc 15\n/arch fixed-by #${pull.number}`);
    },
    (w) => w.insist((how) => w.slack.command('paula-owner', '#signal', 'snooze linux/s390x 2d waits for gcc 15', how)),
    (w) => w.github.person('sam-signal').comment(w.issue('archsignal/incident'), '/arch unsnooze linux/s390x'),
    (w) => w.github.person('porter-owner').comment(w.issue('archsignal/incident'), '/arch infra the disk is full\n/arch approve'),
    (w) => w.github.person('porter-owner').close(w.issue('archsignal/incident')),
  ],
  ends: [/gcc 15/, /the disk is full/, /#1 closed/],
};
