import { describe, expect, it } from 'vitest';
import { Case, projectOf, releaseOf, T } from '../../policy/conflict-given.ts';
import { HOUR } from '../../policy/story.ts';
import { ConflictRoom, SLACK } from '../conflict-room.ts';

const off = (project = projectOf(), components: readonly string[] = []): ConflictRoom => new ConflictRoom(new Case(project, { components }).turnOff()).filed();
const back = { diff: '+  linux/ppc64le', byHand: null };

describe('/arch reactivate', () => {
  it('asks release leads, and says what the exit test lacks', () => {
    const here = off();
    expect(here.say('porter', '/arch reactivate ppc64le the toolchain is fixed', SLACK)).toMatchObject({ verdict: 'done', text: 'ivan, maria, anna and smarter are asked whether linux/ppc64le is built again on master, in an issue of its own, which #77 names. Your own approval of that does not count. They are shown how its exit test stands: build-linux/ppc64le passed 0 of 3 times in a row.' });
    expect(here.say('porter', '/arch reactivate ppc64le', SLACK).text).toContain('porter has asked for that already');
    expect(here.given.look({ back }).conflict).toMatchObject({ stage: 'returning', wishedBack: { by: 'porter', reason: 'the toolchain is fixed' } });
    here.proposed();
    expect(here.say('ivan', '/arch reactivate', here.onWayBack).text).toContain('release leads decide whether it is turned on again, in #12');
  });

  it('is refused where it is not off', () => {
    expect(new ConflictRoom().say('porter', '/arch reactivate ppc64le', SLACK).text).toMatch(/^linux\/ppc64le is not off: it is in the way of #25243/);
    const never = new ConflictRoom(null);
    expect(never.say('porter', '/arch reactivate ppc64le', SLACK).text).toBe('linux/ppc64le is not off on account of a release blocker. Nothing was changed.');
    never.project = projectOf({}, { build: 'off', step: 1 });
    expect(never.say('porter', '/arch reactivate ppc64le', SLACK).text).toContain('its build is off by its step (1) in config/demo.yml. /arch promote linux/ppc64le <reason> proposes the next step.');
    const again = off();
    again.given.wait(HOUR, { build: 'on' });
    expect(again.say('porter', '/arch reactivate ppc64le', SLACK).text).toContain('it is built again since Wed 18 Nov 10:00 UTC');
  });

  it('says honestly what it can do for one component', () => {
    const project = projectOf({}, { components: ['client', 'server', 'node'] });
    const here = off(project, ['server', 'node']);
    expect(here.say('porter', '/arch reactivate ppc64le server', SLACK)).toMatchObject({ verdict: 'refused', text: expect.stringContaining('To have it earlier, turn its entry on again by a pull request of your own (linux/ppc64le in hack/lib/golang.sh (KUBE_SERVER_PLATFORMS))') as string });
    expect(here.say('porter', '/arch reactivate ppc64le client', SLACK).text).toBe('client of linux/ppc64le is not off: what was turned off is server and node. Nothing was changed.');
    expect(off(project, ['server']).say('porter', '/arch reactivate ppc64le server', SLACK).text).toContain('server is all that is off of linux/ppc64le');
    expect(here.say('porter', '/arch reactivate ppc64le server works again', SLACK).verdict).toBe('done');
  });

  it('asks for one component where its switch stands apart', () => {
    const at = (component: string) => ({ file: 'hack/lib/golang.sh', format: 'shell-array', at: `KUBE_${component.toUpperCase()}_PLATFORMS`, repo: null, controls: 'build' as const, components: [component], branches: [] });
    const here = off(projectOf({ switches: [at('server'), at('node')] }));
    expect(here.say('porter', '/arch reactivate ppc64le server', SLACK)).toMatchObject({ verdict: 'done', text: expect.stringContaining('are asked whether linux/ppc64le server is built again on master') as string });
    expect(here.given.look({ back }).conflict).toMatchObject({ stage: 'returning', wishedBack: { components: ['server'], reason: '' } });
    expect(here.given.proposal().matter).toMatchObject({ components: ['server'], partly: true });
    expect(off(projectOf({ switches: [at('server'), { ...at('node'), components: ['node', 'client'] }] })).say('porter', '/arch reactivate ppc64le server', SLACK).text).toContain('No switch turns server of linux/ppc64le alone');
  });

  it('is not asked by a lead without whom nobody could approve it, nor where nobody leads', () => {
    const few = off(projectOf({ releases: [releaseOf({ leads: ['@ivan', '@maria'] })] }));
    expect(few.say('ivan', '/arch reactivate ppc64le', SLACK).text).toContain('Only maria could approve it.');
    few.project = projectOf({ releases: [releaseOf({ leads: [] })] });
    expect(few.say('porter', '/arch reactivate ppc64le', SLACK).text).toContain('none are declared: see release.leads in config/demo.yml');
    expect(off().say('porter', '/arch reactivate ppc64le', SLACK, T).text).toContain('before linux/ppc64le was turned off');
  });
});

describe('/arch waits-for', () => {
  it('adds the fix elsewhere to the exit test, and takes that it is released', () => {
    const here = off();
    expect(here.say('porter', '/arch waits-for binutils 2.45', here.onWayBack).text).toBe('Recorded for linux/ppc64le and #25243. The exit test is now: build-linux/ppc64le passes 3 times in a row, and binutils 2.45 is released. Once that is released, say so with /arch waits-for done.');
    expect(here.say('porter', '/arch waits-for binutils 2.45', here.onWayBack)).toMatchObject({ verdict: 'answered' });
    expect(here.say('paula', '/arch waits-for ppc64le Done.', SLACK).text).toBe('Recorded: binutils 2.45 is released. What is missing for linux/ppc64le to be built again: build-linux/ppc64le passed 0 of 3 times in a row.');
    expect(here.say('paula', '/arch waits-for done', here.onWayBack)).toMatchObject({ verdict: 'answered', text: expect.stringContaining('is known since') as string });
  });

  it('is for owners and the release-signal team, and says what is missing', () => {
    const here = new ConflictRoom();
    expect(here.say('porter', '/arch waits-for done').text).toBe('linux/ppc64le waits for no fix elsewhere, as far as is recorded. /arch waits-for <link or words> names one. Nothing was changed.');
    expect(here.say('porter', '/arch waits-for ppc64le', SLACK).text).toContain('What it waits for is missing: a link, some words, or done');
    expect(here.say('ivan', '/arch waits-for x').verdict).toBe('refused');
    expect(here.say('sina', '/arch waits-for x').verdict).toBe('done');
  });
});

describe('/arch extend', () => {
  it('gives the owners more time, up to 48 h before the cut', () => {
    const here = new ConflictRoom();
    expect(here.say('ivan', '/arch extend 12h in review').text).toBe('Recorded for linux/ppc64le and #25243: the owners have until Wed 18 Nov 20:00 UTC to fix it, instead of Wed 18 Nov 08:00 UTC.');
    expect(here.say('ivan', '/arch extend ppc64le 60d in review', SLACK).text).toContain('until Mon 7 Dec 00:00 UTC to fix it, instead of Wed 18 Nov 20:00 UTC. That is 18 d 4 h more and not 60 d: fixing it first ends 48 h before the cut.');
    expect(here.say('ivan', '/arch extend 1h more').text).toBe('Mon 7 Dec 00:00 UTC is as late as it can be: fixing it first ends 48 h before the cut. Nothing was changed.');
  });

  it('moves the day on which a deactivation is questioned, up to 48 h before the next cut', () => {
    const here = off();
    expect(here.say('ivan', '/arch extend 2d the compiler comes next week', here.onWayBack).text).toBe('Recorded for linux/ppc64le and #25243: release leads are asked on Fri 4 Dec 09:00 UTC what is to become of linux/ppc64le, and not before.');
    expect(here.say('ivan', '/arch extend 30d the compiler comes next week', here.onWayBack).text).toContain('That is 2 d 15 h more and not 30 d: before the next cut they are asked in any case, 48 h before it');
  });

  it('moves no proposal, nor what is over', () => {
    const here = new ConflictRoom(new Case().giveUp('porter'));
    expect(here.say('ivan', '/arch extend 1h x').text).toBe('The owners\' time is over: porter has given up. Release leads are asked now. Nothing was changed.');
    here.given.look();
    expect(here.say('ivan', '/arch extend 1h x').text).toMatch(/^There is no deadline to move: linux\/ppc64le is in the way .* An owner's objection gives release leads more time, once; a fix ends it\. Nothing was changed\.$/);
  });

  it('needs a duration, a reason and a release lead', () => {
    const here = new ConflictRoom();
    expect(here.say('ivan', '/arch extend').text).toContain('How much longer is missing');
    expect(here.say('ivan', '/arch extend soon').text).toContain('"soon" is no duration');
    expect(here.say('ivan', '/arch extend 1d').text).toContain('A reason is missing, which owners and release leads read');
    expect(here.say('porter', '/arch extend 1d x').verdict).toBe('refused');
  });
});
