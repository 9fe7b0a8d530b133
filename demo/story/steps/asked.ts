import { seen, type Step } from '../step.ts';

export const asked: Step = {
  title: 'Anybody may ask',
  about: 'sam owns nothing and has linked nothing. To ask needs neither, and the answers are for sam\'s eyes alone, so that channels stay quiet. To decide is another matter.',
  async play(stage) {
    const mark = stage.mark();
    const issue = stage.kept('s390x');
    const [message] = stage.messagesAbout(issue, '#release-signal');
    if (!message) throw new Error('There is no message in #release-signal to press anything on.');
    const heard = (): string[] => stage.since(mark).whispers.map((m) => m.text);
    await stage.types('sam', '#release-signal', 'explain s390x');
    await stage.sees('the answer says why linux/s390x is called failing', () => seen(heard().some((t) => t.includes('linux/s390x') && t.includes('failing')), heard()));
    await stage.types('sam', '#release-signal', 'status');
    await stage.sees('the answer names all three platforms', () => seen(heard().length === 2 && ['linux/amd64', 'linux/arm64', 'linux/s390x'].every((p) => heard()[1]?.includes(p)), heard()));
    const before = message.text;
    await stage.presses('sam presses "Wake it" below the message in #release-signal.', (slack) => slack.click('sam', message, 'unsnooze'));
    await stage.sees('sam is told how to link a GitHub account', () => seen(heard().length === 3 && (heard()[2] ?? '').includes('/arch link'), heard()));
    await stage.holds('nobody else sees anything of it, and it is snoozed as before', () => {
      const { messages, replies, comments, whispers } = stage.since(mark);
      const sam = stage.world.slack.user('sam').id;
      return seen([...messages, ...replies, ...comments].length === 0 && whispers.every((m) => m.ephemeralFor === sam) && message.text === before, [...heard(), message.text]);
    });
  },
};
