import type { Stage } from '../stage.ts';
import { seen, type Step } from '../step.ts';
import { noBrowser } from '../troubles.ts';

const JOB = 'linux/amd64 e2e';
export const MUTE = 'mute e2e-amd64 7d the browsers move to other machines';

export const proposal: Step = {
  title: 'What blocks the release is decided by two',
  about: 'ada leads the release, and wants a job muted for a week. But the release waits for that job, so one person\'s word is not enough: it becomes a proposal, and two of the other leads have to approve it, wherever they are.',
  async play(stage) {
    const mark = stage.mark();
    await stage.types('ada', '#release-leads', MUTE);
    await stage.sees('ada alone is told that this needs two approvals, and that hers does not count', () => {
      const texts = stage.since(mark).whispers.map((m) => m.text);
      return seen(texts.length === 1 && /2 approvals[\s\S]*yours not counted/.test(texts[0] ?? ''), texts);
    });
    await stage.sees('an issue puts the question, and asks the leads, once', () => {
      const { issues, asked } = stage.since(mark);
      return seen(issues.length === 1 && issues[0]?.labels.some((l) => l.name === 'archsignal/proposal') === true && asked.join() === '@orrery/release-leads', [...issues.map((i) => i.title), ...asked]);
    });
    stage.keep('mute', stage.since(mark).issues[0]);
    await stage.sees('so does a message in #release-leads', () => seen(card(stage) !== undefined, stage.since(mark).messages.map((m) => m.text)));
    await decided(stage);
    await muted(stage);
  },
};

/** The proposal's message. */
const card = (stage: Stage) => stage.messagesAbout(stage.kept('mute'), '#release-leads')[0];

/** One approval on GitHub, one in Slack, from the page that the App has for everybody there. */
async function decided(stage: Stage): Promise<void> {
  const issue = stage.kept('mute');
  const mark = stage.mark();
  const { slack } = stage.world;
  await stage.comments('noor', issue, '/arch approve');
  await stage.sees('the message counts it: 1 of 2', () => seen((card(stage)?.text ?? '').includes('1 of 2 approvals'), card(stage)?.text ?? ''));
  await stage.presses('mateo opens the App\'s Home in Slack.', () => slack.openHome('mateo'));
  const home = (): string => JSON.stringify(slack.home('mateo')?.view ?? null);
  await stage.sees('it shows what waits for mateo\'s decision', () => seen(home().includes('1 decision waits for you'), home().slice(0, 300)));
  await stage.presses('mateo presses "Approve" there.', () => slack.click('mateo', 'home', 'approve'));
  await stage.sees('the message says who decided, and has no buttons any more', () => {
    const message = card(stage);
    return seen(/Approved[\s\S]*noor[\s\S]*mateo/.test(message?.text ?? '') && !JSON.stringify(message?.blocks).includes('arch:approve'), message?.text ?? '');
  });
  await stage.sees(`#${issue.number} says so too, in a comment, and is closed`, () => {
    const texts = stage.since(mark).comments.map((c) => c.body);
    return seen(issue.state === 'closed' && texts.some((t) => t.includes('Approved')), [`#${issue.number} ${issue.state}`, ...texts]);
  });
}

/** The job fails, which nobody hears of; who asks is told why. */
async function muted(stage: Stage): Promise<void> {
  const mark = stage.mark();
  for (const says of [(commit: string) => `e2e on linux/amd64 is red, at commit ${commit}.`, () => 'It is red again.', () => 'And a third time.']) {
    await stage.round({ [JOB]: noBrowser }, { only: [JOB], says });
  }
  await stage.holds('no issue, no message, nobody asked', () => {
    const { issues, messages, asked } = stage.since(mark);
    return seen(issues.length + messages.length + asked.length === 0, [...issues.map((i) => i.title), ...messages.map((m) => m.text), ...asked]);
  });
  await stage.types('jun', '#release-signal', 'explain e2e-amd64');
  await stage.sees('jun, who asks, is told that it is muted, and until when', () => {
    const texts = stage.since(mark).whispers.map((m) => m.text);
    return seen(texts.length === 1 && /muted until/i.test(texts[0] ?? ''), texts);
  });
}
