import { seen, type Step } from '../step.ts';

export const taken: Step = {
  title: 'Somebody takes it',
  about: 'Commands are comments. /arch ack says "I have it": from then on nobody is reminded, and everybody sees who it is. Owners of linux/s390x may steer its breakages, and those who watch over the release; who just passes by may not.',
  async play(stage) {
    const mark = stage.mark();
    const issue = stage.kept('s390x');
    const answers = (): string[] => stage.since(mark).comments.map((c) => c.body);
    const comment = await stage.comments('olga', issue, 'I will look into it.\n/arch ack');
    await stage.sees('olga sees 👀 on her comment, and then the answer', () =>
      seen(answers().length === 1 && (answers()[0] ?? '').startsWith('You have linux/s390x') && comment.reactions.some((r) => r.content === 'eyes'), answers()));
    await stage.sees('both Slack messages now say who has it, and so does the issue', () => {
      const texts = stage.messagesAbout(issue).map((m) => m.text);
      return seen(texts.length === 2 && texts.every((t) => t.includes('olga')) && /olga[^\n]* has it/.test(issue.body ?? ''), [...texts, issue.body?.slice(0, 300) ?? '']);
    });
    await stage.settle();
    const before = issue.body;
    await stage.comments('sam', issue, '/arch snooze 1w');
    await stage.sees('sam, who passes by, is told who may', () => seen(answers().length === 2 && /Only owners of linux\/s390x[\s\S]*Nothing was changed\./.test(answers()[1] ?? ''), answers()));
    await stage.holds('one answer to each of them, nobody asked again, and nothing is snoozed', () =>
      seen(answers().length === 2 && stage.since(mark).asked.length === 0 && issue.body === before, [...answers(), ...stage.since(mark).asked, issue.body ?? '']));
  },
};
