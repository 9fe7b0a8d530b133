import { seen, type Step } from '../step.ts';

export const fixFirst: Step = {
  title: 'Fix it first, or say that it cannot be done in time',
  about: 'Owners have a day (fix_window). kofi writes down what he tried; olga sees that the fix will not come in time, and says so. Now it is for the release leads to decide, with everything before them that they need for it.',
  async play(stage) {
    const mark = stage.mark();
    const pull = stage.kept('blocker');
    const answers = (): string[] => stage.since(mark).comments.filter((c) => c.issue === pull).map((c) => c.body);
    await stage.comments('kofi', pull, '/arch attempt linked it with -latomic: then it links, and every read takes twice as long');
    await stage.sees('kofi\'s try is recorded', () => seen(answers().some((t) => t.includes('recorded')), answers()));
    await stage.comments('olga', pull, '/arch give-up the index needs another lock on s390x, that takes us a week');
    await stage.sees('an issue puts the question to the release leads, with the error, what was tried, and the exact edit', () => {
      const { issues } = stage.since(mark);
      const shown = ['__atomic_compare_exchange_16', 'latomic', 'another lock', '-  linux/s390x', '-  PLATFORMS: linux/amd64,linux/arm64,linux/s390x'];
      return seen(issues.length === 1 && shown.every((words) => issues[0]?.body?.includes(words)), issues.map((i) => `${i.title}: ${i.body ?? ''}`));
    });
    stage.keep('turn-off', stage.since(mark).issues[0]);
    await stage.sees('so does a message in #release-leads, with buttons', () => {
      const message = stage.messagesAbout(stage.kept('turn-off'), '#release-leads')[0];
      return seen(message !== undefined && JSON.stringify(message.blocks).includes('arch:approve'), stage.since(mark).messages.map((m) => m.text));
    });
    await stage.sees(`who follows #${pull.number} is told where it is decided`, () => seen(answers().some((t) => t.includes(`/issues/${stage.kept('turn-off').number})`)), answers()));
    await stage.sees('the release leads are asked, once', () => seen(stage.since(mark).asked.join() === '@orrery/release-leads', stage.since(mark).asked));
  },
};
