import { REPO } from '../stage.ts';
import { seen, type Step } from '../step.ts';

export const taken: Step = {
  title: 'Somebody takes it',
  about: 'To assign the issue to oneself is enough. From then on nobody is reminded, and everybody sees who has it.',
  async play(stage) {
    const mark = stage.mark();
    const issue = stage.kept('s390x');
    await stage.tell('People', `olga, one of @orrery/s390x-owners, assigns #${issue.number} to herself.`);
    await stage.world.github.person('olga').assignSelf(`${REPO}#${issue.number}`);
    await stage.sees('both Slack messages now say who has it', () => {
      const texts = stage.messagesAbout(issue).map((m) => m.text);
      return seen(texts.length === 2 && texts.every((t) => t.includes('olga')), texts);
    });
    await stage.sees('the issue says so too', () => seen(/olga[^\n]* has it/.test(issue.body ?? ''), issue.body?.slice(0, 300) ?? ''));
    await stage.holds('no comment, nobody asked again', () => {
      const { comments, asked } = stage.since(mark);
      return seen(comments.length + asked.length === 0, [...comments.map((c) => c.body), ...asked]);
    });
  },
};
