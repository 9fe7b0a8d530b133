import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/config/finding.ts';
import { readLadder, type LadderFiles, type LadderReading } from '../../src/config/ladder.ts';
import { shippedLadders } from '../../src/config/ladder-files.ts';
import { heldAt } from '../../src/domain/asked.ts';
import type { Ladder } from '../../src/domain/ladder.ts';
import { doubts, mistakes, plus, valid } from './given.ts';

const shipped = await shippedLadders();
const DAY = 86_400_000;

const withText = (text: string, name = 'ours'): LadderFiles => new Map([...shipped, [name, { file: `${name}.yml`, text }]]);
const read = (text: string, name = 'ours'): LadderReading => readLadder(name, withText(text, name), (message) => ({ file: '?', line: 1, column: 1, path: '', message }));

function ladder(text: string): Ladder {
  const reading = read(text);
  if (!reading.ok) throw new Error(reading.errors.map(formatFinding).join('\n'));
  return reading.ladder;
}

const errors = (text: string): string[] => { const reading = read(text); return reading.ok ? [] : reading.errors.map(formatFinding); };
const questions = (text: string): string[] => { const reading = read(text); return reading.ok ? reading.doubts.map(formatFinding) : ['not valid']; };
/** What a step asks for, as `criterion: params`. */
const asked = (of: Ladder, step: number, criterion: string) => heldAt(of, step).filter((use) => use.criterion === criterion).map((use) => use.params);

describe('the ladders that come along', () => {
  it.each([...shipped.keys()])('%s is valid, without a doubt', (name) => {
    const reading = readLadder(name, shipped, () => { throw new Error('not there'); });
    expect(reading.ok ? reading.doubts.map(formatFinding) : reading.errors.map(formatFinding)).toEqual([]);
  });

  it('are five, and the steps of the founding document are the default', () => {
    expect([...shipped.keys()]).toEqual(['cpython', 'go-ports', 'kubernetes-platform-tiers', 'kubernetes-steps', 'rust-targets']);
    expect(valid(plus(''), { ladders: shipped }).ladder?.name).toBe('kubernetes-steps');
  });

  it('give the four steps, what they grant, and the numbers of the policy', () => {
    const steps = valid(plus(''), { ladders: shipped }).ladder;
    if (!steps) throw new Error('no ladder');
    expect(steps.steps.map((s) => [s.step, s.name, s.build, s.release])).toEqual([
      [0, 'off', 'off', 'off'], [1, 'build', 'off', 'off'], [2, 'test', 'on', 'off'], [3, 'release', 'on', 'on'], [4, 'trademark', 'on', 'on'],
    ]);
    expect(asked(steps, 1, 'owners-declared')).toMatchObject([{ count: 1 }]);
    expect(asked(steps, 1, 'suites-present')).toMatchObject([{ suites: ['build'], passedWithin: 15 * DAY, thirdParty: true, triggers: [] }]);
    expect(asked(steps, 2, 'owners-declared')).toMatchObject([{ count: 2, of: 'people' }]);
    expect(asked(steps, 2, 'suites-present')[1]).toMatchObject({ suites: ['unit', 'e2e', 'node-e2e'], triggers: ['periodic', 'postsubmit'], thirdParty: true });
    expect(asked(steps, 2, 'pass-rate')).toMatchObject([{ share: 0.75, runs: 20, minRuns: 5, minWindow: 14 * DAY, maxWindow: 84 * DAY }]);
    expect(asked(steps, 2, 'failure-streak')).toMatchObject([{ runs: 10, for: 2 * DAY }]);
    expect(asked(steps, 3, 'run-cadence')).toMatchObject([{ within: 1.5 * DAY, suites: [] }, { within: 8 * DAY, suites: ['conformance'] }]);
    expect(asked(steps, 3, 'pass-rate')).toMatchObject([{ share: 0.9 }]);
    expect(asked(steps, 3, 'on-board')).toMatchObject([{ board: 'informing', suites: ['e2e', 'conformance'] }]);
    expect(asked(steps, 3, 'owner-response')).toMatchObject([{ share: 0.8, ackWithin: 7 * DAY, fixWithin: 14 * DAY, window: 90 * DAY, maxWindow: 365 * DAY, minIncidents: 5 }]);
    expect(asked(steps, 3, 'active-owners')).toMatchObject([{ people: 2, within: 180 * DAY }]);
    expect(asked(steps, 4, 'sign-off')).toMatchObject([{ group: 'conformance' }]);
    expect(steps.steps.map((s) => s.enter.map(({ criterion, params }) => [criterion, params['step'], params['for']]))).toEqual([[], [], [], [['time-at-step', 2, 90 * DAY]], [['time-at-step', 3, 365 * DAY]]]);
    expect(steps.steps[4]?.enter[0]?.params).toMatchObject({ resetUnder: 0.75, resetByDemotion: true });
    expect([steps.promotion, steps.demotion, steps.unknownAfter, steps.adoptionCycles]).toEqual([{ days: 14 }, { warnAfter: 14, proposeAfter: 28, heldInFreeze: true, faster: {} }, 14, 2]);
  });
});

describe('a ladder\'s file', () => {
  it('may say as little as its steps', () => {
    const ours = ladder('steps: [{ step: 1, name: build, hold: [owners-declared] }, { step: 5, name: ship }]');
    expect(ours).toMatchObject({ name: 'ours', source: null, promotion: { days: 14 }, demotion: { warnAfter: 14, proposeAfter: 28 } });
    expect(ours.steps.map((s) => [s.step, s.name, s.build, s.hold])).toEqual([
      [0, 'off', 'off', []], [1, 'build', 'off', [{ criterion: 'owners-declared', params: { count: 1, of: 'people' } }]], [5, 'ship', 'off', []],
    ]);
  });

  it('may leave less time in circumstances, with numbers of its own', () => {
    const given = (faster: string): unknown => ladder(`steps: [{ step: 1, name: a, hold: [owners-declared] }]\ndemotion: { faster: { ${faster} } }`).demotion;
    expect(given('owners-declared: { warn_after: 1d, propose_after: 2d }')).toEqual({ warnAfter: 14, proposeAfter: 28, heldInFreeze: true, faster: { 'owners-declared': { warnAfter: 1, proposeAfter: 2 } } });
    expect(given('owners-unresponsive: { warn_after: 3d, propose_after: 1w }, release-delayed: { warn_after: 5d, propose_after: 5d, times: 3, within: 90d }')).toMatchObject({ faster: {}, when: {
      'owners-unresponsive': { warnAfter: 3, proposeAfter: 7, incidents: 2, ackWithin: 7 * DAY }, 'release-delayed': { warnAfter: 5, proposeAfter: 5, times: 3, within: 90 * DAY },
    } });
    expect(questions('steps: [{ step: 1, name: a, hold: [owners-declared] }]\ndemotion: { faster: { release-delayed: { warn_after: 5d, propose_after: 5d } } }')).toEqual([]);
    expect(errors('steps: [{ step: 1, name: a }]\ndemotion: { faster: { owner-unresponsive: { warn_after: 5d, propose_after: 5d } } }')[0]).toContain('did you mean "owners-unresponsive"?');
  });

  it('takes shares as percent or as a part of one, and durations in any unit', () => {
    const ours = ladder('steps: [{ step: 1, name: a, hold: [{ pass-rate: { share: 0.8, min_window: 3w } }, { parity: { share: "97.5%" } }, { run-cadence: { within: 36h } }] }]');
    expect(ours.steps[1]?.hold.map((u) => u.params)).toMatchObject([{ share: 0.8, minWindow: 21 * DAY }, { share: 0.975 }, { within: 1.5 * DAY }]);
  });

  it('tells every mistake at its line and column, with what was probably meant', () => {
    expect(errors(`name: hours
steps:
  - step: 1
    nmae: build
    hold:
      - pass-rte: { share: 75% }
      - pass-rate: { shar: 75% }
      - pass-rate: { share: 75 }
      - run-cadence: { within: 36 }
      - owners-declered
      - suites-present: { suites: unit, triggers: [periodc] }
      - on-board: { board: informin }
      - failure-streak: { runs: 1.5 }
      - { parity: {}, sign-off: { group: x } }
promotion: { after: 2 weeks }
demotion: { faster: { owner-respons: { warn_after: 7d } } }
`)).toEqual([
      'ours.yml:4:5: steps[0].nmae: unknown key; did you mean "name"?',
      'ours.yml:6:9: steps[0].hold[0].pass-rte: unknown key; did you mean "pass-rate"?',
      expect.stringMatching(/^ours\.yml:7:22: steps\[0\]\.hold\[1\]\.pass-rate\.shar: unknown key; did you mean "share"\?$/),
      'ours.yml:8:29: steps[0].hold[2].pass-rate.share: expected a share, such as `75%`; found the number 75; write 75%',
      'ours.yml:9:32: steps[0].hold[3].run-cadence.within: expected a duration with its unit, such as `48h`; found the number 36; a unit is missing: s, m, h or d',
      expect.stringMatching(/^ours\.yml:10:9: steps\[0\]\.hold\[4\]: .*; found "owners-declered"; did you mean "owners-declared"\?$/),
      'ours.yml:11:35: steps[0].hold[5].suites-present.suites: expected a list of names, such as `[unit, e2e]`; found "unit"; put it in [brackets]',
      'ours.yml:11:52: steps[0].hold[5].suites-present.triggers[0]: expected periodic or postsubmit; found "periodc"; did you mean "periodic"?',
      'ours.yml:12:28: steps[0].hold[6].on-board.board: expected informing or blocking; found "informin"; did you mean "informing"?',
      'ours.yml:13:33: steps[0].hold[7].failure-streak.runs: expected a whole number from 0, such as `2`; found the number 1.5',
      'ours.yml:14:9: steps[0].hold[8]: expected one criterion here; begin each with a dash of its own',
      'ours.yml:15:21: promotion.after: expected a number of days, such as `14d`; found "2 weeks"',
      expect.stringMatching(/^ours\.yml:16:23: demotion\.faster\.owner-respons: .*did you mean "owner-response"\?$/),
    ]);
  });

  it('tells what makes no sense beside mistakes of shape, in one run, each at its place', () => {
    expect(errors(`steps:
  - step: 1
    name: a
    hold:
      - pass-rte: { share: 75% }
      - pass-rate: { share: 90% }
      - failure-streak
  - step: two
    name: b
  - step: 3
    name: c
    build: yes please
    release: on
    hold:
      - run-cadence: {}
      - pass-rate: { share: 75% }
    enter:
      - time-at-step: { step: 2, for: 30d }
demotion:
  warn_after: soon
  faster: { pass-rate: { warn_after: 30d, propose_after: 7d } }
`)).toEqual([
      'ours.yml:5:9: steps[0].hold[0].pass-rte: unknown key; did you mean "pass-rate"?',
      'ours.yml:7:9: steps[0].hold[2]: asks for nothing; give it `runs`, `for`, or both',
      expect.stringMatching(/^ours\.yml:8:11: steps\[1\]\.step: expected a whole number from 0/),
      expect.stringMatching(/^ours\.yml:12:12: steps\[2\]\.build: expected on or off/),
      'ours.yml:15:9: steps[2].hold[0].run-cadence.within: missing; expected a duration with its unit, such as `within: 14d`. The longest time without a finished run: of each suite, and of each of its jobs unless the job is configured to run less often.',
      expect.stringMatching(/^ours\.yml:16:29: steps\[2\]\.hold\[1\]\.pass-rate\.share: /),
      expect.stringMatching(/^ours\.yml:20:15: demotion\.warn_after: expected a number of days/),
    ]);
    expect(errors('steps: [{ step: 1, name: a, components: client, hold: [{ pass-rate: { share: 90% } }] }, { step: 2, name: b, hold: [{ pass-rate: { share: 75% } }] }]\n')).toEqual([expect.stringContaining('components')]);
    expect(errors('steps: [{ step: 1, name: a, hold: [{ pass-rate: { share: 90% } }] }, { step: 2, name: b, hold: [{ pass-rate: { share: 75% } }, oops] }]\n')).toEqual([
      expect.stringContaining('step 2 (b) asks for less than step 1'), expect.stringContaining('found "oops"'),
    ]);
  });

  it('tells nobody that what has a mistake is not there', () => {
    expect(errors('steps: [{ step: 1, name: "" }]\n')).toHaveLength(1);
    expect(errors('steps: none\n')).toHaveLength(1);
    expect(errors('extends: kubernetes-steps\nsteps: [{ step: 2, hold: [nothing], without: [pass-rate, parity] }]\n')).toHaveLength(1);
    expect(errors('steps: [{ step: 1, name: a, hold: [owners-declared, nothing] }]\ndemotion: { propose_after: 3, faster: { owners-declared: { warn_after: 1d, propose_after: 40d } } }\n')).toHaveLength(2);
    expect(errors('[]')).toHaveLength(1);
  });

  it('is checked whole beside the one that it stands on, each file\'s mistakes in its order', () => {
    const files: LadderFiles = new Map([...shipped,
      ['low', { file: 'low.yml', text: 'steps:\n  - { step: 1, name: a, hold: [nothing, failure-streak] }\n' }],
      ['ours', { file: 'ours.yml', text: 'extends: low\nsteps: [{ step: 1, hold: [green-streak, { parity: 3 }] }]\n' }],
    ]);
    const reading = readLadder('ours', files, () => { throw new Error('not there'); });
    expect(reading.ok ? [] : reading.errors.map((e) => `${e.file} ${e.path}`)).toEqual(['low.yml steps[0].hold[0]', 'low.yml steps[0].hold[1]', 'ours.yml steps[0].hold[0]', 'ours.yml steps[0].hold[1].parity']);
  });

  it('asks for what a criterion cannot do without', () => {
    expect(errors('steps:\n  - step: 1\n    name: a\n    hold: [pass-rate, { suites-present: {} }, { on-board: { suites: [e2e] } }]\n')).toEqual([
      'ours.yml:4:12: steps[0].hold[0].share: missing; expected a share, such as `share: 75%`. The share of runs that must pass, for each job.',
      'ours.yml:4:25: steps[0].hold[1].suites-present.suites: missing; expected a list of names, such as `suites: [unit, e2e]`. Each of these needs a job on the platform that has reported a run.',
      'ours.yml:4:49: steps[0].hold[2].on-board.board: missing; expected informing or blocking, such as `board: informing`. The board that a job of each suite stands on; blocking satisfies informing.',
    ]);
  });

  it('is no ladder without steps, with a name that is not its own, or as anything but a mapping', () => {
    expect(errors('source: x\n')).toEqual(['ours.yml:1:1: steps: missing; expected a list of steps, or `extends` with the ladder that this one stands on']);
    expect(errors('name: theirs\nsteps: [{ step: 1, name: a }]\n')).toEqual(['ours.yml:1:7: name: a ladder is called like its file: "ours"']);
    expect(errors('- step: 1\n')).toEqual(['ours.yml:1:1: (file): expected a ladder, a mapping with `steps`; found a list']);
    expect(errors('')).toEqual(['ours.yml:1:1: (file): expected a ladder, a mapping with `steps`; found nothing']);
  });
});

describe('a ladder that makes no sense', () => {
  const steps = (...lines: readonly string[]): string => `steps:\n${lines.map((line) => `  - { ${line} }\n`).join('')}`;

  it.each<[string, string, string]>([
    ['has its steps out of order', steps('step: 2, name: b', 'step: 1, name: a'), '3: steps[1].step: step 1 stands behind step 2; steps are listed lowest first'],
    ['has a step twice', steps('step: 1, name: a', 'step: 1, name: b'), '3: steps[1].step: step 1 stands twice on this ladder'],
    ['has a step without a name', steps('step: 1'), '2: steps[0].name: missing; expected the name of the step, such as `name: build`'],
    ['asks for less higher up', steps('step: 1, name: a, hold: [{ pass-rate: { share: 90% } }]', 'step: 2, name: b, hold: [{ pass-rate: { share: 75% } }]'),
      '3: steps[1].hold[0].pass-rate.share: step 2 (b) asks for less than step 1: `share: 75%` here, `share: 90%` there'],
    ['asks for less, where less time is more', steps('step: 1, name: a, hold: [{ run-cadence: { within: 36h } }]', 'step: 2, name: b, hold: [{ run-cadence: { within: 8d } }]'),
      '3: steps[1].hold[0].run-cadence.within: step 2 (b) asks for less than step 1: `within: 8d` here, `within: 36h` there'],
    ['takes less to enter than to hold', steps('step: 1, name: a, enter: [{ owners-declared: { count: 1 } }], hold: [{ owners-declared: { count: 2 } }]'),
      '2: steps[0].enter[0].owners-declared.count: coming to step 1 (a) takes less than holding it: `count: 1` under `enter`, `count: 2` under `hold`'],
    ['releases what it does not build', steps('step: 1, name: a, release: on'), '2: steps[0].release: step 1 (a) puts into the release what it does not build; set `build: on`, or take the release away'],
    ['takes away what the step below grants', steps('step: 1, name: a, build: on', 'step: 2, name: b'), '3: steps[1]: step 2 (b) takes away what step 1 (a) grants: `build: on`'],
    ['asks twice for the same', steps('step: 1, name: a, hold: [{ pass-rate: { share: 75% } }, { pass-rate: { share: 80% } }]'),
      '2: steps[0].hold[1].pass-rate: pass-rate stands twice here for the same thing; keep one of them'],
    ['asks for no row of failures in particular', steps('step: 1, name: a, hold: [failure-streak]'), '2: steps[0].hold[0]: asks for nothing; give it `runs`, `for`, or both'],
    ['looks at a time that is longer than the longest', steps('step: 1, name: a, hold: [{ pass-rate: { share: 75%, min_window: 90d } }]'),
      '2: steps[0].hold[0].pass-rate.min_window: `min_window` is longer than `max_window` (84d)'],
    ['judges time at a step where it is held', steps('step: 1, name: a', 'step: 2, name: b, hold: [{ time-at-step: { step: 1, for: 30d } }]'),
      '3: steps[1].hold[0].time-at-step: how long a platform has stood somewhere is judged when it comes to a step; write it under `enter`'],
    ['asks for time at a step that it does not have', steps('step: 1, name: a', 'step: 4, name: b, enter: [{ time-at-step: { step: 3, for: 30d } }]'),
      '3: steps[1].enter[0].time-at-step.step: this ladder has no step 3; it has 0, 1, 4'],
    ['asks for time at a step before coming there', steps('step: 1, name: a, enter: [{ time-at-step: { step: 1, for: 30d } }]'),
      '2: steps[0].enter[0].time-at-step.step: a platform cannot have stood on step 1 before it comes to step 1'],
    ['wants a switch off that it turns on', steps('step: 1, name: a, build: on, hold: [{ build-switch: { build: off } }]'),
      '2: steps[0].hold[0].build-switch.build: must be off, and step 1 (a) turns it on'],
    ['is faster by being slower', `${steps('step: 1, name: a, hold: [owners-declared]')}demotion: { faster: { owners-declared: { warn_after: 30d, propose_after: 30d } } }\n`,
      '3: demotion.faster.owners-declared: is slower than for every other criterion (14d and 28d)'],
    ['is faster by being slower in a circumstance', `${steps('step: 1, name: a, hold: [owners-declared]')}demotion: { faster: { release-delayed: { warn_after: 7d, propose_after: 30d } } }\n`,
      '3: demotion.faster.release-delayed: is slower than for every other criterion (14d and 28d)'],
  ])('%s', (_, text, message) => {
    expect(errors(text).map((line) => line.replace(/^ours\.yml:(\d+):\d+: /, '$1: '))).toContain(message);
  });

  it('may ask for less of another component or branch, and for no less of the same', () => {
    const two = (below: string, above: string): string => steps(`step: 1, name: a, ${below}, hold: [{ pass-rate: { share: 90% } }]`, `step: 2, name: b, ${above}, hold: [{ pass-rate: { share: 75% } }]`);
    expect([errors(two('components: [client]', 'components: [server]')), errors(two('branches: ["release-*"]', 'branches: [main]'))]).toEqual([[], []]);
    const less = [expect.stringContaining('step 2 (b) asks for less than step 1: `share: 75%` here, `share: 90%` there')];
    expect([errors(two('components: [client]', 'components: [client, server]')), errors(two('components: [client]', 'grants: [all]')), errors(two('branches: [main]', 'branches: [main]'))]).toEqual([less, less, less]);
  });

  it('may not ask others of a criterion than those that its step is about', () => {
    expect(errors(steps('step: 1, name: a, components: [client], hold: [{ suites-present: { suites: [unit], components: [server] } }]')))
      .toEqual([expect.stringContaining('is asked of server, and step 1 (a) is about client only; let the two agree')]);
  });

  it('may ask for more to come than to stay, and for the same of other suites', () => {
    expect(errors(steps('step: 1, name: a, hold: [{ pass-rate: { share: 80% } }, { pass-rate: { share: 50%, suites: [e2e] } }], enter: [{ pass-rate: { share: 95% } }]'))).toEqual([]);
  });

  it('may be questionable only', () => {
    expect(questions(steps('step: 1, name: a, hold: [{ suites-present: { suites: [unit] } }, { pass-rate: { share: 75%, suites: [untit] } }]', 'step: 2, name: b'))).toEqual([
      'ours.yml:2:107: steps[0].hold[1].pass-rate.suites: looks at untit, of which this step asks for no job (suites-present)',
      'ours.yml:3:5: steps[1]: step 2 (b) asks for nothing that the step below does not; nobody is ever proposed for it',
    ]);
    expect(questions(`${steps('step: 1, name: a, hold: [owners-declared]')}demotion: { faster: { parity: { warn_after: 7d, propose_after: 7d } } }\n`)).toEqual([
      'ours.yml:3:23: demotion.faster.parity: no step asks for this criterion under `hold`',
    ]);
  });
});

describe('a ladder that stands on another', () => {
  it('says only what differs: numbers, criteria more and less, switches and clocks', () => {
    const ours = ladder(`extends: kubernetes-steps
steps:
  - step: 2
    build: off
    hold: [{ pass-rate: { share: 80% } }, { suites-present: { suites: [unit, e2e, node-e2e], triggers: [] } }, { duration-percentile: { within: 2h } }]
    without: [failure-streak]
demotion: { propose_after: 60d }
`);
    expect(asked(ours, 2, 'pass-rate')).toMatchObject([{ share: 0.8, runs: 20 }]);
    expect(asked(ours, 2, 'suites-present')[1]).toMatchObject({ triggers: [], thirdParty: true });
    expect(asked(ours, 2, 'failure-streak')).toEqual([]);
    expect(asked(ours, 2, 'duration-percentile')).toHaveLength(1);
    expect(asked(ours, 3, 'pass-rate')).toMatchObject([{ share: 0.9 }]);
    expect(ours.steps.map((s) => [s.step, s.name, s.build])).toEqual([[0, 'off', 'off'], [1, 'build', 'off'], [2, 'test', 'off'], [3, 'release', 'on'], [4, 'trademark', 'on']]);
    expect(ours.demotion).toMatchObject({ warnAfter: 14, proposeAfter: 60 });
    expect(ours.source).toContain('Shipping alternate architectures');
  });

  it('changes the only use of a criterion without naming its suites, and has to say which of several', () => {
    expect(asked(ladder('extends: kubernetes-steps\nsteps: [{ step: 3, hold: [{ run-cadence: { within: 4d } }] }]\n'), 3, 'run-cadence')).toMatchObject([{ suites: [] }, { within: 4 * DAY, suites: ['conformance'] }]);
    expect(errors('extends: two\nsteps: [{ step: 1, hold: [{ pass-rate: { runs: 30 } }] }]\n')[0]).toMatch(/no ladder is called "two"/);
  });

  it('may add a step between, and has to name it', () => {
    expect(ladder('extends: cpython\nsteps: [{ step: 9, name: tier 0, build: on, release: on, hold: [native-hardware] }]\n').steps.map((s) => s.step)).toEqual([0, 1, 2, 3, 9]);
    expect(errors('extends: cpython\nsteps: [{ step: 9, build: on, release: on, hold: [parity] }]\n')).toEqual(['ours.yml:2:9: steps[0].name: missing; expected the name of the step, such as `name: build`']);
  });

  it('is held to sense as a whole, at the place where the change stands', () => {
    expect(errors('extends: kubernetes-steps\nsteps:\n  - step: 3\n    hold:\n      - pass-rate: { share: 60% }\n')).toEqual([
      'ours.yml:5:29: steps[0].hold[0].pass-rate.share: step 3 (release) asks for less than step 2: `share: 60%` here, `share: 75%` there',
    ]);
  });

  it('takes out only what is there', () => {
    expect(errors('extends: cpython\nsteps: [{ step: 3, without: [parity, run-cadence] }]\n')).toEqual(['ours.yml:2:30: steps[0].without[0]: step 3 does not ask for parity itself; it asks for failure-streak, run-cadence']);
    expect(errors('steps: [{ step: 3, name: a, without: [parity] }]\n')).toEqual(['ours.yml:1:39: steps[0].without[0]: `without` takes out what another ladder asks for, and needs `extends`']);
  });

  it('cannot stand on itself', () => {
    expect(errors('extends: ours\n')).toEqual(['ours.yml:1:10: extends: "ours" stands on itself: ours extends ours']);
  });
});

describe('whatever stands in a ladder', () => {
  const criterion = fc.oneof(fc.constantFrom('pass-rate', 'time-at-step', 'suites-present', 'owners-declared'), fc.dictionary(fc.constantFrom('pass-rate', 'sign-off', 'failure-streak', 'run-cadence', 'x'), fc.dictionary(fc.constantFrom('share', 'runs', 'within', 'for', 'group', 'suites'), fc.oneof(fc.constantFrom('75%', '36h', 'a', null, 3), fc.jsonValue()), { maxKeys: 3 }), { maxKeys: 2 }));
  const step = fc.record({
    step: fc.oneof(fc.integer({ min: -1, max: 5 }), fc.jsonValue()), name: fc.constantFrom('a', 'b', ''), build: fc.constantFrom('on', 'off', 'x'), release: fc.constantFrom('on', 'off'),
    hold: fc.array(criterion, { maxLength: 3 }), enter: fc.array(criterion, { maxLength: 2 }), without: fc.array(fc.constantFrom('pass-rate', 'parity'), { maxLength: 2 }),
  }, { requiredKeys: ['step'] });
  const any = fc.record({ extends: fc.constantFrom('kubernetes-steps', 'ours', 'x'), name: fc.constantFrom('ours', 'x'), steps: fc.oneof(fc.array(step, { maxLength: 4 }), fc.jsonValue()), promotion: fc.jsonValue(), demotion: fc.jsonValue() }, { requiredKeys: [] });

  it('is read, or told with a place in the file; never anything else', () => {
    fc.assert(fc.property(any, (value) => {
      const text = JSON.stringify(value);
      const reading = read(text);
      for (const { line, column, message } of reading.ok ? reading.doubts : reading.errors) {
        expect([line >= 1, column >= 1, /undefined|NaN|\[object|something else/.test(message)]).toEqual([true, true, false]);
      }
      expect(reading.ok || reading.errors.length > 0).toBe(true);
    }), { numRuns: 300 });
  });
});

describe('a project\'s ladder', () => {
  it('has its mistakes told beside those of the rest of the file', () => {
    const bad = plus('ladder: { steps: [{ step: 2, name: b, hold: [failure-streak, nothing] }] }').replace('build: on', 'build: maybe');
    expect(mistakes(bad, { ladders: shipped }).map((line) => line.replace(/^p\.yml:\d+:\d+: ([^ ]*):.*$/, '$1'))).toEqual(['platforms.linux/s390x.build', 'ladder.steps[0].hold[0]', 'ladder.steps[0].hold[1]']);
    const named = plus('ladder: ours').replace('build: on', 'build: maybe');
    expect(mistakes(named, { ladders: withText('steps: [{ step: 2, name: b, hold: [failure-streak] }]\n') }).map((line) => line.split(':')[0])).toEqual(['p.yml', 'ours.yml']);
    expect(mistakes(named, { ladders: shipped })).toHaveLength(1);
  });

  it('is named, and has to be there', () => {
    expect(mistakes(plus('ladder: kubernetes-step'), { ladders: shipped })).toEqual(['p.yml:13:9: ladder: no ladder is called "kubernetes-step"; did you mean "kubernetes-steps"?']);
    expect(mistakes(plus('ladder: zzz'), { ladders: shipped })[0]).toMatch(/no ladder is called "zzz"; there are cpython, go-ports, /);
  });

  it('has the step that each platform stands on', () => {
    expect(mistakes(plus('ladder: go-ports').replace('step: 2', 'step: 3'), { ladders: shipped })).toEqual(['p.yml:9:11: platforms.linux/s390x.step: the ladder go-ports has no step 3; it has 0, 1, 2']);
  });

  it('may be written out, or changed, in the project\'s own file, where its mistakes are told', () => {
    const { ladder: own } = valid(plus('ladder:\n  extends: kubernetes-steps\n  steps: [{ step: 2, hold: [{ pass-rate: { share: 80% } }] }]'), { ladders: shipped });
    expect([own?.name, own && asked(own, 2, 'pass-rate')]).toMatchObject(['demo-ladder', [{ share: 0.8 }]]);
    expect(mistakes(plus('ladder:\n  extends: kubernetes-steps\n  steps: [{ step: 2, hold: [{ pass-rate: { share: 95% } }] }]'), { ladders: shipped })).toEqual(['p.yml:15:51: ladder.steps[0].hold[0].pass-rate.share: step 2 (test) asks for more than step 3 (release) above it: `share: 95%` here, `share: 90%` there; let step 3 ask for as much']);
    expect(mistakes(plus('ladder: { steps: [{ step: 2, name: a, hold: [{ pass-rate: { share: 750% } }] }] }'))).toEqual(['p.yml:13:68: ladder.steps[0].hold[0].pass-rate.share: expected a share, such as `75%`; found "750%"']);
  });

  it('names no more criteria than can be held against each other', () => {
    const steps = (each: number): string => Array.from({ length: 99 }, (_, i) => `{ step: ${i + 1}, name: a, hold: [${Array.from({ length: each }, (_, j) => `{ pass-rate: { share: 50%, suites: [b${i}, a${j}] } }`).join()}] }`).join();
    expect(mistakes(plus(`ladder: { steps: [${steps(2)}] }`))).toEqual([]);
    expect(mistakes(plus(`ladder: { steps: [${steps(20)}] }`))).toEqual(['p.yml:13:18: ladder.steps: more than 200 criteria on one ladder; no policy needs that']);
  });

  it('leaves other doubts as they are', () => {
    expect(doubts(plus(''), { ladders: shipped })).toEqual([]);
  });
});
