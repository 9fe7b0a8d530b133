import { when } from '../../stand-ins/common/html.ts';
import { seen, type Step } from '../step.ts';

const JOB = 'linux/arm64 e2e';

export const stale: Step = {
  title: 'A job falls silent',
  about: 'e2e on linux/arm64 runs once a night. Its last result is green, and 30 hours old: a green that nobody renews means nothing, and no board turns red for it.',
  async play(stage) {
    const mark = stage.mark();
    stage.ci.dropNightly();
    await stage.tell('CI', `e2e on linux/arm64: the last run, green, began on ${when(stage.ci.job(JOB).runs[0]?.at ?? 0)}.`, stage.ci.page(JOB));
    await stage.sees('an issue says that it has stopped reporting, and linux/arm64\'s owners are asked, once', () => {
      const { issues, asked } = stage.since(mark);
      return seen(issues.length === 1 && (issues[0]?.labels.some((l) => l.name === 'arch/linux-arm64') ?? false) && asked.join() === '@orrery/arm64-owners', [...issues.map((i) => i.title), ...asked]);
    });
    const [issue] = stage.since(mark).issues;
    stage.keep('silent', issue);
    const silent = stage.kept('silent');
    await stage.sees('told in #release-signal', () => seen(stage.messagesAbout(silent).length === 1, stage.since(mark).messages.map((m) => m.text)));
    for (const says of ['A run of it comes in, green.', 'And another, green.']) await stage.round({}, { only: [JOB], says: () => says });
    await stage.sees(`#${silent.number} is closed, its message is green`, () => {
      const texts = stage.messagesAbout(silent).map((m) => m.text);
      return seen(silent.state === 'closed' && texts.every((t) => t.includes(':large_green_circle:')), [`#${silent.number} ${silent.state}`, ...texts]);
    });
  },
};
