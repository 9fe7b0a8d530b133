import { seen, type Step } from '../step.ts';

export const linked: Step = {
  title: 'The same in Slack, with a button',
  about: 'Slack does not say who somebody is on GitHub. So olga proves it once: Slack gives her a code, and she writes it on GitHub. From then on what she presses counts as hers.',
  async play(stage) {
    const mark = stage.mark();
    const issue = stage.kept('s390x');
    await stage.types('olga', '#s390x', 'link');
    const code = (): string => /\/arch link ([A-Z0-9]{10})/.exec(stage.since(mark).whispers[0]?.text ?? '')?.[1] ?? '';
    await stage.sees('olga alone sees the code', () => seen(code() !== '' && stage.since(mark).whispers.every((m) => m.ephemeralFor === stage.world.slack.user('olga').id), stage.since(mark).whispers.map((m) => m.text)));
    await stage.comments('olga', issue, `/arch link ${code()}`);
    await stage.sees('the answer says who she is in Slack', () => {
      const texts = stage.since(mark).comments.map((c) => c.body);
      return seen(texts.length === 1 && (texts[0] ?? '').includes('from now on'), texts);
    });
    const [message] = stage.messagesAbout(issue, '#s390x');
    if (!message) throw new Error('There is no message in #s390x to press anything on.');
    await stage.presses('olga chooses "3 days" from the menu "Snooze…" below the message in #s390x.', (slack) => slack.choose('olga', message, 'snooze', '3 days'));
    await stage.sees('both messages and the issue say until when it is snoozed', () => {
      const texts = stage.messagesAbout(issue).map((m) => m.text);
      return seen(texts.length === 2 && texts.every((t) => /snoozed until/i.test(t)) && /snoozed[^\n]* until/i.test(issue.body ?? ''), [...texts, issue.body?.slice(0, 300) ?? '']);
    });
    await stage.holds('it is shown in place: no message of its own, nobody asked', () => {
      const { messages, asked } = stage.since(mark);
      return seen(messages.length + asked.length === 0, [...messages.map((m) => m.text), ...asked]);
    });
  },
};
