import { describe, expect, it } from 'vitest';
import { homeCards } from '../../src/commands/home.ts';
import { cardRendering } from '../../src/delivery/slack/card.ts';
import { renderText } from '../../src/delivery/slack/text.ts';
import type { SwitchPlan } from '../../src/domain/conflict.ts';
import { plainText } from '../../src/domain/text.ts';
import { proposalCard } from '../../src/policy/proposal-words.ts';
import { Case, PLAN, projectOf } from '../policy/conflict-given.ts';
import { HOUR } from '../policy/story.ts';
import { fixers } from '../../src/commands/views/conflict.ts';
import { evaluation, LADDER } from './ladder-given.ts';
import { ConflictRoom, SLACK } from './conflict-room.ts';

const deciding = (): ConflictRoom => new ConflictRoom(new Case().look().giveUp('porter', 'needs a linker').look()).proposed();
const off = (): ConflictRoom => new ConflictRoom(new Case().turnOff()).filed();
const asks = (here: ConflictRoom, line: string): string => here.say(null, line, SLACK).text;

describe('a conflict', () => {
  it('is one line of its platform, in status and explain, with who has until when', () => {
    const line = 'in the way of #25243 since Tue 17 Nov 08:00 UTC: its owners have until Wed 18 Nov 08:00 UTC to fix it';
    const here = new ConflictRoom();
    expect(fixers({ owners: [] })).toBe('the release-signal team has');
    expect(asks(here, '/arch status ppc64le')).toContain(`- It is ${line}`);
    expect(asks(here, '/arch explain ppc64le')).toContain(`- It is ${line}.`);
    expect(asks(here, '/arch status')).toContain(`| ${line}`);
    expect(asks(here, '/arch status v1.37')).toContain(`- linux/ppc64le: ${line}`);
    expect(asks(here, '/arch status s390x')).toContain('Nothing is open about it');
    here.say('ivan', '/arch no-time tonight');
    expect(asks(here, '/arch status ppc64le')).toContain('to fix it; 1 of 2 release leads say that there is no time for that');
  });

  it('is told once while it is decided, with where and by whom', () => {
    const text = asks(deciding(), '/arch status ppc64le');
    expect(text).toContain('release leads decide whether its build is turned off, in #12 until Fri 20 Nov 08:00 UTC: ivan, maria, anna and smarter');
    expect(text.match(/#12/g)).toHaveLength(1);
  });

  it('says what it waits for once it is decided', () => {
    const here = deciding();
    here.given.vote('ivan').vote('maria').look();
    expect(asks(here, '/arch status ppc64le')).toContain('it was decided to turn its build off; the pull request comes with its reactivation issue');
    here.given.conflict = { ...here.given.conflict, pull: { repo: 'demo/demo', number: 9, url: 'https://github.com/demo/demo/pull/9' } };
    expect(asks(here, '/arch status ppc64le')).toContain('its build is turned off by demo/demo#9, which waits to be merged');
  });

  it('that turned the platform off says since when, where the way back is and what that lacks', () => {
    const here = off();
    const line = 'off on master since Wed 18 Nov 09:00 UTC, on account of #25243 (way back: #77); its exit test: build-linux/ppc64le passed 0 of 3 times in a row';
    expect(asks(here, '/arch status ppc64le')).toContain(`Step 2, build off.\n\n- It is ${line}`);
    expect(asks(here, '/arch status')).toContain(`linux/ppc64le | not known | 2 | off | ${line}`);
    here.given.conflict = { ...here.given.conflict, components: ['server'] };
    expect(asks(here, '/arch status ppc64le')).toContain('Step 2, build on.\n\n- It is off on master (server alone) since');
    here.given.conflict = { ...here.given.conflict, components: [], branch: 'release-1.36' };
    expect(asks(here, '/arch status ppc64le')).toContain('Step 2, build on.\n\n- It is off on release-1.36 since');
    here.given.conflict = { ...here.given.conflict, exit: { greens: 3, jobs: [], upstream: null } };
    expect(asks(here, '/arch status ppc64le')).toContain('its exit test: somebody has to say that it is fixed');
  });

  it('is what status alone is about on the reactivation issue', () => {
    const here = off();
    expect(here.say(null, '/arch status', here.onWayBack).text).toMatch(/^linux\/ppc64le is not known/);
  });

  it('that is over is not told of', () => {
    const here = off();
    here.given.wait(HOUR, { build: 'on' });
    expect(asks(here, '/arch status ppc64le')).toContain('build on.\n\nNothing is open about it');
  });
});

describe('a release', () => {
  it('is no go for a platform that is off for it, and at risk for one that is in its way', () => {
    const ladder = { ladder: LADDER, platforms: [evaluation()] };
    const ready = (here: ConflictRoom): string => {
      here.project = { ...here.project, platforms: here.project.platforms.map((p) => ({ ...p, step: 3 })) };
      here.ladder = ladder;
      return asks(here, '/arch ready v1.37');
    };
    expect(ready(off())).toMatch(/linux\/ppc64le \| no \| it is off on master since Wed 18 Nov 09:00 UTC, on account of #25243 \(way back: #77\)/);
    const other = off();
    other.given.conflict = { ...other.given.conflict, branch: 'release-1.36' };
    expect(ready(other)).not.toContain('it is off on');
    expect(ready(new ConflictRoom())).toMatch(/linux\/ppc64le \| [^|]*\| .*it is in the way of #25243 since/);
  });
});

describe('App Home', () => {
  it('shows owners what their platform is in the way of, and what they can write', () => {
    const cards = (here: ConflictRoom, owns: readonly ('linux/ppc64le' | 'linux/s390x')[]): string[] => homeCards([{ scene: here.scene, login: 'porter', owns, decides: [], signal: false, partly: false }]).map((c) => plainText(c.text));
    const shown = cards(new ConflictRoom(), ['linux/ppc64le']);
    expect(shown[0]).toContain('1 conflict with a release blocker goes on.');
    expect(shown[1]).toBe('linux/ppc64le is in the way of #25243 since Tue 17 Nov 08:00 UTC: its owners have until Wed 18 Nov 08:00 UTC to fix it. Say how far you are: /arch attempt linux/ppc64le <text or link>; no way to fix it: /arch give-up linux/ppc64le <reason>.');
    expect(cards(new ConflictRoom(), ['linux/s390x'])[0]).toContain('Nothing waits for you.');
  });

  it('shows the release-signal team what it is asked to fix, as the platform has no owners', () => {
    const { scene } = new ConflictRoom();
    const shown = (owners: readonly string[], signal: boolean): string => homeCards([{ scene: { ...scene, conflicts: scene.conflicts.map((c) => ({ ...c, owners })) }, login: 'sam', owns: [], decides: [], signal, partly: false }]).map((c) => plainText(c.text)).join('\n');
    expect(shown([], true)).toContain('linux/ppc64le is in the way of #25243 since Tue 17 Nov 08:00 UTC: the release-signal team has until Wed 18 Nov 08:00 UTC to fix it.');
    for (const none of [shown([], false), shown(['@porter'], true)]) expect(none).toContain('Nothing waits for you.');
  });
});

describe('the message that asks release leads', () => {
  const long: SwitchPlan = { ...PLAN, diff: ['--- a/hack/lib/golang.sh', '+++ b/hack/lib/golang.sh', ...Array.from({ length: 20 }, (_, i) => [' context', `-  linux/ppc64le # ${i}`, `+  # linux/ppc64le # ${i}`]).flat()].join('\n') };

  it('holds what the decision takes: the question, yes and no, what was tried, the edit, the way back, and until when', () => {
    const { text, buttons } = proposalCard(deciding().given.proposal());
    const words = plainText(text);
    const order = ['Turn off the linux/ppc64le build for v1.37 so that #25243 can merge?', 'Evidence:', 'If yes:', 'If no:', 'v1.37 is cut on Wed 9 Dec', 'Blocker: demo/demo#25243 Fix the thing, by smarter', 'Tried: porter has given up: “needs a linker”.', '-  linux/ppc64le\n+  # linux/ppc64le', 'The way back: the reverse of the same edit', '0 of 2 approvals · until Fri 20 Nov 08:00 UTC'];
    expect(order.map((part) => words.indexOf(part)).toSorted((a, b) => a - b)).toEqual(order.map((part) => words.indexOf(part)));
    for (const part of order) expect(words).toContain(part);
    expect(buttons.map((b) => b.verb)).toEqual(['approve', 'reject', 'object']);
  });

  it('shows of a long edit what changes, and how much more there is', () => {
    const words = plainText(proposalCard(new ConflictRoom(new Case().look({ plan: long }).giveUp('porter').look()).given.proposal()).text);
    expect(words).toContain('+++ b/hack/lib/golang.sh\n-  linux/ppc64le # 0\n+  # linux/ppc64le # 0');
    expect(words).not.toContain('context');
    expect(words).toContain('33 more lines of it stand in the issue.');
  });

  it('fits into what Slack takes, however much there is to tell', () => {
    const c = new Case(projectOf({}, { step: 3 })).look({ plan: { ...long, waiting: Array.from({ length: 60 }, (_, i) => `build (linux, ppc64le, ${i})`.repeat(4)) } });
    for (let i = 0; i < 30; i++) c.attempt('porter', `${'word '.repeat(95)}${i}`);
    c.skip('ivan', 'x'.repeat(500)).skip('maria', 'y'.repeat(500)).look();
    const { blocks, text } = cardRendering(proposalCard(c.proposal()));
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks) if (block.type === 'section') expect(block.text?.text.length).toBeLessThanOrEqual(3_000);
    expect(text.length).toBeLessThanOrEqual(40_000);
    expect(renderText(proposalCard(c.proposal()).text).text).toContain('Turn off the linux/ppc64le build');
    expect(JSON.stringify(blocks)).toContain('0 of 3 approvals');
  });
});
