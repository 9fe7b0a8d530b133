import { seen, type Step } from '../step.ts';
import { byteOrder } from '../troubles.ts';

const JOB = 'linux/s390x e2e';
const TIMES = ['is red', 'is red again', 'is red a third time'];

export const breakage: Step = {
  title: 'linux/s390x breaks, and only linux/s390x',
  about: 'Three red runs in a row, on three commits, are no accident. The other two platforms pass the same tests, so this is for the people who look after linux/s390x and for nobody else.',
  async play(stage) {
    const mark = stage.mark();
    for (const time of TIMES) {
      await stage.round({ [JOB]: byteOrder.e2e }, { says: (commit) => `e2e on linux/s390x ${time}, at commit ${commit}.`, ...(time === TIMES[0] && { job: JOB }) });
    }
    await stage.sees('one issue, about linux/s390x alone', () => {
      const { issues } = stage.since(mark);
      const labels = issues.flatMap((i) => i.labels.map((l) => l.name)).filter((l) => l.startsWith('arch/'));
      return seen(issues.length === 1 && labels.join() === 'arch/linux-s390x', issues.map((i) => `${i.title} [${labels.join(', ')}]`));
    });
    const [issue] = stage.since(mark).issues;
    stage.keep('s390x', issue);
    await stage.sees('told in #release-signal and in #s390x: one message each, the details in its thread', () => {
      const { messages, replies } = stage.since(mark);
      const channels = messages.map((m) => `#${m.channel.name}`).sort();
      const threads = messages.every((m) => replies.filter((r) => r.threadTs === m.ts).length === 1);
      return seen(channels.join() === '#release-signal,#s390x' && threads, [...channels, `${replies.length} replies`]);
    });
    await stage.holds('its owners are asked, once', () => seen(stage.since(mark).asked.join() === '@orrery/s390x-owners', stage.since(mark).asked));
  },
};
