import { readFileSync, writeFileSync } from 'node:fs';
import { spec } from '../../sweep/people.ts';
import type { Flow } from '../../sweep/flows/index.ts';
import type { World } from '../../sweep/world.ts';

const card = (w: World) => {
  const found = w.slack.messages('#leads').findLast((m) => m.ephemeralFor === null && m.text.includes('on linux/s390x'));
  if (!found) throw new Error('there is no card');
  return found;
};

/** The address for an answer no longer works, as half an hour after the request. */
const usedUp = (w: World): void => { w.slack.faults.add({ kind: 'status', status: 404, body: 'used_url', match: { path: /^\/respond\// } }); };

/** What people do in Slack besides typing: the App's home, its buttons, a dialog, an answer to one person alone, linking an account. */
export const slackDoors: Flow = {
  name: "Slack's other doors",
  spec: spec({ channels: { proposals: '#leads', tiers: '#tiers' } }),
  before: (w) => {
    w.slack.user('newcomer', { id: 'UNEWCOMER' });
    // A channel may be named by its id as well.
    writeFileSync(w.configuration, readFileSync(w.configuration, 'utf8').replace('"tiers":"#tiers"', `"tiers":"${w.slack.channel('#tiers').id}"`));
  },
  steps: [
    (w) => w.runs('linux/s390x e2e', 'FFF'),
    (w) => w.insist((how) => w.slack.openHome('porter-owner', how)),
    (w) => w.insist((how) => w.slack.click('porter-owner', 'home', 'ack', how)),
    (w) => w.insist((how) => w.slack.command('olga-lead', '#leads', 'mute linux/s390x:e2e 14d the lab is moving', how)),
    async (w) => {
      for (let tries = 0; w.slack.dialog('porter-owner') === null && tries < 3; tries++) {
        await w.insist((how) => w.slack.click('porter-owner', card(w), 'object', how));
        await w.settle();
      }
      if (w.slack.dialog('porter-owner') === null) return;
      await w.insist((how) => w.slack.submit('porter-owner', 'the fix lands tomorrow', how));
    },
    (w) => {
      usedUp(w);
      return w.insist((how) => w.slack.command('porter-owner', '#leads', 'status linux/s390x', how));
    },
    (w) => w.insist((how) => w.slack.command('newcomer', '#leads', 'link', how)),
  ],
  ends: [/the fix lands tomorrow/, /`porter-owner` has it/],
};
