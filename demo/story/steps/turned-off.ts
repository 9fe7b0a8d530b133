import { SWITCHED } from '../build.ts';
import { REPO } from '../orrery.ts';
import type { Mark, Stage } from '../stage.ts';
import { seen, type Step } from '../step.ts';

const FILED = { method: 'POST', path: /\/issues$/ };
const PULLED = { method: 'POST', path: /\/pulls$/ };

export const turnedOff: Step = {
  title: 'Decided in Slack, and the program is killed on the way',
  about: 'Two release leads decide, from a phone if they like; whoever wrote the blocker does not count. Then the way back comes first: an issue for turning linux/s390x on again, and only then the pull request that turns it off. The program dies in between.',
  async play(stage) {
    const mark = stage.mark();
    const { github } = stage.world;
    const asked = [FILED, PULLED].map((where) => github.requests.where(where).length);
    await decided(stage, mark);
    await stage.sees('an issue for the way back: the error, the exact revert, and what has to hold before', () => {
      const [issue] = stage.since(mark).issues;
      return seen(issue?.labels.some((l) => l.name === 'archsignal/reactivation') === true && ['__atomic_compare_exchange_16', '+  linux/s390x', 'build-s390x passes 3 times'].every((w) => issue.body?.includes(w)), stage.since(mark).issues.map((i) => `${i.title}: ${i.body ?? ''}`));
    });
    stage.keep('way-back', stage.since(mark).issues[0]);
    const wayBack = stage.kept('way-back');
    await stage.sees('a pull request that names it, and changes two build files together', () => {
      const [pull] = stage.since(mark).pulls;
      const files = pull?.pull ? [...github.state.repo(REPO).git.brought('main', pull.pull.head).keys()].sort() : [];
      return seen(files.join() === [...SWITCHED].sort().join() && pull?.body?.includes(`/issues/${wayBack.number})`) === true, [...files, pull?.body ?? 'no pull request']);
    });
    stage.keep('off', stage.since(mark).pulls[0]);
    await stage.holds('one issue and one pull request, each asked for once; linux/s390x\'s owners called once', () => {
      const { issues, pulls, asked: called } = stage.since(mark);
      const requests = [FILED, PULLED].map((where, i) => github.requests.where(where).length - (asked[i] ?? 0));
      return seen(issues.length === 1 && pulls.length === 1 && requests.join() === '1,1' && called.join() === '@orrery/s390x-owners', `${issues.length} issues, ${pulls.length} pull requests, by ${requests.join(' and ')} requests; called: ${called.join(', ')}`);
    });
  },
};

/** ada's word does not count; with mateo's and noor's it is approved, and the program dies as it files the issue. */
async function decided(stage: Stage, mark: Mark): Promise<void> {
  const message = stage.messagesAbout(stage.kept('turn-off'), '#release-leads')[0];
  if (!message) throw new Error('There is no message in #release-leads to press anything on.');
  await stage.presses('ada presses "Approve" below the message in #release-leads.', (slack) => slack.click('ada', message, 'approve'));
  await stage.sees('ada alone is told that she wrote the blocker, so hers does not count', () => {
    const texts = stage.since(mark).whispers.map((m) => m.text);
    return seen(texts.length === 1 && /not count/.test(texts[0] ?? ''), texts);
  });
  await stage.presses('noor presses "Approve".', (slack) => slack.click('noor', message, 'approve'));
  await stage.sees('the message counts it: 1 of 2', () => seen(message.text.includes('1 of 2 approvals'), message.text));
  const killed = stage.killAt(stage.world.github, 'the program files the issue for the way back', (r) => r.method === 'POST' && FILED.path.test(r.path));
  await stage.presses('mateo presses "Approve".', (slack) => slack.click('mateo', message, 'approve'));
  await killed;
  await stage.tell('Program', 'Killed with SIGKILL: the issue is there, its answer was never received, and there is no pull request yet.');
  await stage.tell('Program', 'Started again, on the same data.');
  await stage.startProgram();
  await stage.sees('the message says who decided, and has no buttons any more', () => seen(/Approved[\s\S]*noor[\s\S]*mateo/.test(message.text) && !JSON.stringify(message.blocks).includes('arch:approve'), message.text));
}
