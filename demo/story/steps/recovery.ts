import { seen, type Step } from '../step.ts';

export const recovery: Step = {
  title: 'The source is back, and so is linux/s390x',
  about: 'The program reads what it missed: two green runs in a row of each job. That ends the breakage.',
  async play(stage) {
    const mark = stage.mark();
    const issue = stage.kept('s390x');
    stage.world.ci.faults.clear();
    await stage.tell('CI', 'TestGrid answers again.', stage.ci.page('linux/s390x e2e'));
    await stage.sees(`#${issue.number} is closed, and its last comment says how long it took`, () => {
      const { comments } = stage.since(mark);
      return seen(issue.state === 'closed' && comments.length === 1 && /after \d+ (?:d|h|min)/.test(comments[0]?.body ?? ''), [`#${issue.number} ${issue.state}`, ...comments.map((c) => c.body)]);
    });
    await stage.sees('its Slack messages are green', () => {
      const texts = stage.messagesAbout(issue).map((m) => m.text);
      return seen(texts.length === 2 && texts.every((t) => t.includes(':large_green_circle:')), texts);
    });
    await stage.sees('#release-signal hears that the results are back', () => {
      const texts = stage.since(mark).messages.map((m) => m.text);
      return seen(texts.some((t) => t.includes(':white_check_mark:')), texts);
    });
    await stage.holds('nobody is asked for it', () => seen(stage.since(mark).asked.length === 0, stage.since(mark).asked));
  },
};
