import { seen, type Step } from '../step.ts';

const JOB = 'linux/arm64 unit';

export const flake: Step = {
  title: 'A flake',
  about: 'CI runs every job again and again. One red run that passes when it is tried again says nothing about the code, so nobody should hear of it.',
  async play(stage) {
    const mark = stage.mark();
    await stage.round({ [JOB]: [{ name: 'TestClockDrift', message: 'clock_test.go:52: no tick within 30 s' }] },
      { says: (commit) => `unit on linux/arm64 is red at commit ${commit}: TestClockDrift. Everything else is green.`, job: JOB });
    await stage.round({}, { again: true, says: () => 'The same commit again: green.' });
    await stage.holds('no issue, no message, nobody asked', () => {
      const { issues, messages, asked } = stage.since(mark);
      return seen(issues.length + messages.length + asked.length === 0, [...issues.map((i) => i.title), ...messages.map((m) => m.text), ...asked]);
    });
  },
};
