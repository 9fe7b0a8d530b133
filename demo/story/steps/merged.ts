import { BUILT_WITHOUT, SWITCHED } from '../build.ts';
import { crossBuild } from '../cross-build.ts';
import { REPO } from '../orrery.ts';
import { seen, type Step } from '../step.ts';
import { BRANCH } from './blocker.ts';

export const merged: Step = {
  title: 'Turned off, and the blocker is green',
  about: 'A person merges the pull request: nothing is ever turned off without that. Then it shows whether it helped. If it had not, that would be said, and the way back proposed.',
  async play(stage) {
    const mark = stage.mark();
    const { github } = stage.world;
    const [pull, off, wayBack] = [stage.kept('blocker'), stage.kept('off'), stage.kept('way-back')];
    const on = (issue: typeof pull): string[] => stage.since(mark).comments.filter((c) => c.issue === issue).map((c) => c.body);
    await stage.tell('People', `wen reviews #${off.number} and merges it.`);
    await github.person('wen').merge(off);
    await stage.sees(`#${pull.number} is told that linux/s390x is off, and where its way back is`, () => seen(on(pull).some((t) => t.includes('is off on main') && t.includes(`/issues/${wayBack.number})`)), on(pull)));
    await stage.sees('#release-leads is told too', () => {
      const texts = stage.since(mark).messages.map((m) => `#${m.channel.name}: ${m.text}`);
      return seen(texts.some((t) => t.startsWith('#release-leads') && t.includes('is off on main')), texts);
    });
    await stage.sees('of both files only the entry of linux/s390x has gone', () => {
      const texts = SWITCHED.map((file) => github.state.repo(REPO).git.read('main', file) ?? '');
      const lists = [/^ {2}# linux\/s390x$/m.test(texts[0] ?? ''), /PLATFORMS: linux\/amd64,linux\/arm64 {3}#/.test(texts[1] ?? '')];
      return seen(lists.every(Boolean), texts);
    });
    await crossBuild(stage, BRANCH, { ends: 'success', log: BUILT_WITHOUT, says: `cross build is green on #${pull.number}: linux/amd64 and linux/arm64.` });
    await stage.sees(`#${wayBack.number} says that it helped`, () => seen(on(wayBack).some((t) => t.includes('It helped')), on(wayBack)));
    await stage.tell('People', `wen merges #${pull.number}.`);
    await github.person('wen').merge(pull);
    await stage.holds(`#${wayBack.number} stays open: linux/s390x is off, and is not forgotten; nobody is asked again`, () => seen(wayBack.state === 'open' && stage.since(mark).asked.length === 0, [wayBack.state, ...stage.since(mark).asked]));
  },
};
