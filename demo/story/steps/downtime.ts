import { seen, type Step } from '../step.ts';
import { unreachable } from '../troubles.ts';

const JOBS = ['linux/s390x e2e', 'linux/s390x unit'] as const;
const REDS = Object.fromEntries(JOBS.map((name) => [name, unreachable]));

export const downtime: Step = {
  title: 'A downtime is announced',
  about: 'The machines that test linux/s390x get new disks this afternoon. olga says so beforehand: what fails there meanwhile says nothing about the code.',
  async play(stage) {
    const mark = stage.mark();
    await stage.types('olga', '#s390x', 'downtime linux/s390x now 4h new disks');
    await stage.sees('olga is told that the downtime is planned, and how it is ended', () => {
      const texts = stage.since(mark).whispers.map((m) => m.text);
      return seen(texts.length === 1 && (texts[0] ?? '').includes('planned downtime'), texts);
    });
    for (const says of [() => 'e2e and unit on linux/s390x are red: their machines do not answer.', () => 'Red again.', () => 'And a third time.']) await stage.round(REDS, { only: JOBS, says });
    await stage.holds('no issue, no message, nobody asked', () => {
      const { issues, messages, asked } = stage.since(mark);
      return seen(issues.length + messages.length + asked.length === 0, [...issues.map((i) => i.title), ...messages.map((m) => m.text), ...asked]);
    });
    await stage.types('jun', '#release-signal', 'status s390x');
    await stage.sees('jun, who asks, is told of the downtime', () => {
      const texts = stage.since(mark).whispers.slice(1).map((m) => m.text);
      return seen(texts.length === 1 && /downtime/i.test(texts[0] ?? ''), texts);
    });
  },
};
