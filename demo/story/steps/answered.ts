import { seen, type Step } from '../step.ts';

export const answered: Step = {
  title: 'The program is killed while it answers a command',
  about: 'ines, who owns linux/arm64, takes the breakage. What she said is recorded and the answer stands on GitHub, when the program dies before it hears of that.',
  async play(stage) {
    const mark = stage.mark();
    const issue = stage.kept('arm64');
    const { github } = stage.world;
    const answers = { method: 'POST', path: new RegExp(`/issues/${issue.number}/comments$`) };
    const killed = stage.killAt(github, 'the program answers', (r) => r.method === 'POST' && answers.path.test(r.path));
    const comment = await stage.comments('ines', issue, '/arch ack');
    await killed;
    await stage.tell('Program', 'Killed with SIGKILL: the answer is there, and the program does not know.');
    await stage.tell('Program', 'Started again, on the same data.');
    await stage.startProgram();
    await stage.sees('the issue and its message say that ines has it', () => {
      const texts = stage.messagesAbout(issue).map((m) => m.text);
      return seen(/ines[^\n]* has it/.test(issue.body ?? '') && texts.every((t) => t.includes('ines')), [...texts, issue.body?.slice(0, 300) ?? '']);
    });
    await stage.holds('one answer, given once; one 👀; one reply in Slack\'s thread', () => {
      const { comments, replies } = stage.since(mark);
      const requests = github.requests.where(answers).length;
      return seen(comments.length === 1 && requests === 1 && comment.reactions.length === 1 && replies.length === 1, [`${requests} requests`, ...comments.map((c) => c.body), ...replies.map((m) => m.text)]);
    });
  },
};
