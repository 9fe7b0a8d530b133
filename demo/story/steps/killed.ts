import type { Mark, Stage } from '../stage.ts';
import { seen, type Step } from '../step.ts';
import { rounding } from '../troubles.ts';

const JOB = 'linux/arm64 unit';
const FILED = { method: 'POST', path: /\/issues$/ };

export const killed: Step = {
  title: 'The program is killed in the middle of a write, twice',
  about: 'The worst moment: GitHub has filed the issue, and the program dies before it hears of it. Then the same at Slack. A careless program would file a second issue, or ask everybody twice.',
  async play(stage) {
    const mark = stage.mark();
    const { github, slack } = stage.world;
    const filings = github.requests.where(FILED).length;
    const first = stage.killAt(github, 'the program files an issue', (r) => r.method === 'POST' && FILED.path.test(r.path));
    await stage.round({ [JOB]: rounding }, { says: (commit) => `unit on linux/arm64 is red at commit ${commit}: TestOrbitPrecision.`, job: JOB });
    await stage.round({ [JOB]: rounding }, { says: () => 'Red again.' });
    await stage.round({ [JOB]: rounding }, { says: () => 'And a third time.' });
    await first;
    await stage.tell('Program', 'Killed with SIGKILL: the issue is there, its answer was never received.');
    const second = stage.killAt(slack, 'the program posts to Slack', (r) => r.path === '/api/chat.postMessage');
    await stage.tell('Program', 'Started again, on the same data.');
    await stage.launchProgram();
    await second;
    await stage.tell('Program', 'Killed with SIGKILL: the message is there, its answer was never received.');
    await stage.tell('Program', 'Started again, on the same data.');
    await stage.startProgram();
    await nothingTwice(stage, mark, filings);
  },
};

async function nothingTwice(stage: Stage, mark: Mark, filings: number): Promise<void> {
  const [issue] = stage.since(mark).issues;
  stage.keep('arm64', issue);
  const mine = stage.kept('arm64');
  await stage.sees('Slack\'s message names the issue, and its thread has the details', () => {
    const messages = stage.messagesAbout(mine);
    return seen(messages.some((m) => stage.world.slack.thread(m).length === 1), stage.since(mark).messages.map((m) => m.text));
  });
  await stage.holds('one issue, asked for once; one message; one reply; linux/arm64\'s owners asked once', () => {
    const { issues, messages, replies, asked } = stage.since(mark);
    const requests = stage.world.github.requests.where(FILED).length - filings;
    return seen([issues, messages, replies, asked].every((l) => l.length === 1) && requests === 1 && asked[0] === '@orrery/arm64-owners',
      `${issues.length} issues by ${requests} requests, ${messages.length} messages, ${replies.length} replies, asked: ${asked.join(', ')}`);
  });
}
