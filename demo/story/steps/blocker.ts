import { CANNOT_LINK } from '../build.ts';
import { crossBuild } from '../cross-build.ts';
import { REPO } from '../orrery.ts';
import { seen, type Step } from '../step.ts';

export const BRANCH = 'repair-index';
const FILE = 'index/repair.c';
const REPAIRED = 'bool taken = atomic_compare_exchange_strong(&index->head, &old, fresh);  /* address and count in one */\n';

export const blocker: Step = {
  title: 'A release blocker meets a broken platform',
  about: 'ada\'s pull request has to be in the release. The one check that it needs builds all platforms, fails twice in the same way, and its log points at linux/s390x alone. The blocker is of higher priority; but first those who look after linux/s390x get the chance to fix it.',
  async play(stage) {
    const mark = stage.mark();
    const { github } = stage.world;
    const ada = github.person('ada');
    await crossBuild(stage, 'main', { ends: 'success', says: 'cross build on main is green: every platform builds.' });
    await ada.commit(REPO, FILE, REPAIRED, BRANCH);
    const pull = await ada.openPull(REPO, { title: 'Repair a damaged index instead of losing it', body: 'A server that was switched off at the wrong moment lost its catalogue.', head: BRANCH });
    stage.keep('blocker', pull);
    await stage.tell('People', `ada opens pull request #${pull.number}: ${pull.title}. She labels it release-blocker.`, `${github.url}/${REPO}/pull/${pull.number}`);
    await ada.label(pull, 'release-blocker');
    await crossBuild(stage, BRANCH, { ends: 'failure', log: CANNOT_LINK, says: `cross build is red on #${pull.number}: it does not link for linux/s390x.` });
    await stage.holds('once may be an accident: nobody is asked', () => seen(stage.since(mark).asked.length === 0, stage.since(mark).asked));
    await crossBuild(stage, BRANCH, { ends: 'failure', log: CANNOT_LINK, says: 'It runs again: red, with the same error.' });
    const told = (): string[] => stage.since(mark).comments.filter((c) => c.issue === pull).map((c) => c.body);
    await stage.sees(`#${pull.number} shows what is in its way, whom it waits for and until when`, () =>
      seen(told().length === 1 && ['linux/s390x is in the way', '__atomic_compare_exchange_16', '/arch attempt'].every((words) => told()[0]?.includes(words)), told()));
    await stage.sees('told in #release-signal and in #s390x', () => {
      const channels = stage.since(mark).messages.map((m) => `#${m.channel.name}`).sort();
      return seen(channels.join() === '#release-signal,#s390x', channels);
    });
    await stage.sees('linux/s390x\'s owners are asked, once, and nobody else', () => seen(stage.since(mark).asked.join() === '@orrery/s390x-owners', stage.since(mark).asked));
  },
};
