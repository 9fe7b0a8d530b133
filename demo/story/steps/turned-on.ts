import { BUILD_FILES, SWITCHED } from '../build.ts';
import { REPO } from '../orrery.ts';
import type { Mark, Stage } from '../stage.ts';
import { seen, type Step } from '../step.ts';

const JOB = 'linux/s390x build';

export const turnedOn: Step = {
  title: 'On again, byte for byte',
  about: 'A platform that is off is still built for itself, where it can be watched. olga and kofi change the lock; build-s390x passes three times in a row, which is what was asked before anything was turned off. So the way back is proposed, with the exact reverse of the edit.',
  async play(stage) {
    const mark = stage.mark();
    const { github } = stage.world;
    const wayBack = stage.kept('way-back');
    await stage.ci.passes(JOB, 3);
    await stage.tell('CI', 'build on linux/s390x passes, three times in a row.', stage.ci.page(JOB));
    await stage.sees('an issue asks the release leads to turn linux/s390x on again', () => {
      const { issues } = stage.since(mark);
      return seen(issues.length === 1 && issues[0]?.body?.includes('+  linux/s390x') === true, issues.map((i) => `${i.title}: ${i.body ?? ''}`));
    });
    stage.keep('turn-on', stage.since(mark).issues[0]);
    await decided(stage);
    await stage.sees('a pull request makes the reverse of the edit', () => seen(stage.since(mark).pulls.length === 1, stage.since(mark).pulls.map((p) => p.title)));
    stage.keep('on', stage.since(mark).pulls[0]);
    await stage.tell('People', `wen merges #${stage.kept('on').number}.`);
    await github.person('wen').merge(stage.kept('on'));
    await stage.sees('both files are what they were before, byte for byte', () => {
      const changed = SWITCHED.filter((file) => github.state.repo(REPO).git.read('main', file) !== BUILD_FILES[file]);
      return seen(changed.length === 0, changed);
    });
    await stage.sees(`#${wayBack.number} is closed, and says how it ended`, () => seen(wayBack.state === 'closed' && ended(stage, mark), [wayBack.state, ...stage.since(mark).comments.map((c) => c.body)]));
    await stage.holds('the release leads were asked once, for this decision', () => seen(stage.since(mark).asked.join() === '@orrery/release-leads', stage.since(mark).asked));
  },
};

const ended = (stage: Stage, mark: Mark): boolean => stage.since(mark).comments.some((c) => c.issue === stage.kept('way-back') && c.body.includes('built again'));

async function decided(stage: Stage): Promise<void> {
  const issue = stage.kept('turn-on');
  const card = () => stage.messagesAbout(issue, '#release-leads')[0];
  await stage.sees('so does a message in #release-leads', () => seen(card() !== undefined, stage.messagesAbout(issue).map((m) => m.text)));
  const message = card();
  if (!message) throw new Error('There is no message in #release-leads to press anything on.');
  await stage.presses('ada presses "Approve" below it, and so does noor.', async (slack) => {
    await slack.click('ada', message, 'approve');
    return slack.click('noor', message, 'approve');
  });
  await stage.sees('the message says who decided', () => seen(/Approved[\s\S]*ada[\s\S]*noor/.test(message.text), message.text));
}
