import type { JobName } from '../ci.ts';
import { seen, type Step } from '../step.ts';

const BUILDS: readonly JobName[] = ['linux/amd64 build', 'linux/s390x build', 'linux/arm64 build'];
const RED = Object.fromEntries(BUILDS.map((name) => [name, []]));

export const everywhere: Step = {
  title: 'Everything breaks at once',
  about: 'Somebody merges a change that does not build, on any platform. That is no platform\'s own trouble: one issue, and only the people who watch over the release are asked, not three teams of owners.',
  async play(stage) {
    const mark = stage.mark();
    await stage.round(RED, { only: BUILDS, says: (commit) => `build is red on linux/amd64, linux/s390x and linux/arm64, at commit ${commit}.`, job: 'linux/amd64 build' });
    await stage.round(RED, { only: BUILDS, says: () => 'All three are red again; two in a row are enough for a build.' });
    await stage.sees('one issue for all three platforms', () => {
      const { issues } = stage.since(mark);
      const labels = issues.flatMap((i) => i.labels.map((l) => l.name)).filter((l) => l.startsWith('arch/')).sort();
      return seen(issues.length === 1 && labels.join() === 'arch/linux-amd64,arch/linux-arm64,arch/linux-s390x', issues.map((i) => `${i.title} [${labels.join(', ')}]`));
    });
    const [issue] = stage.since(mark).issues;
    stage.keep('everywhere', issue);
    const shared = stage.kept('everywhere');
    await stage.sees('one message, in #release-signal', () => seen(stage.messagesAbout(shared).map((m) => m.channel.name).join() === 'release-signal', stage.since(mark).messages.map((m) => `#${m.channel.name}: ${m.text}`)));
    await stage.holds('only @orrery/release-signal is asked, no platform\'s owners', () => seen(stage.since(mark).asked.join() === '@orrery/release-signal', stage.since(mark).asked));
    for (const says of ['The change is reverted: everything is green.', 'And green again.']) await stage.round({}, { says: () => says });
    await stage.sees(`#${shared.number} is closed, its message is green`, () => {
      const texts = stage.messagesAbout(shared).map((m) => m.text);
      return seen(shared.state === 'closed' && texts.every((t) => t.includes(':large_green_circle:')), [`#${shared.number} ${shared.state}`, ...texts]);
    });
  },
};
