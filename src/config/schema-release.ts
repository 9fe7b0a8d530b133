import { z } from 'zod';
import { SWITCH_FORMATS } from '../domain/build-switch.ts';
import { ladderSchema } from './ladder-schema.ts';
import { branch, date, duration, filePath, handle, label, line, name, platform, repository } from './scalars.ts';

/** Approvals that a decision needs where a release does not say. */
export const DEFAULT_QUORUM = 2;

const handles = (description: string) =>
  z.array(handle('A person or team.')).default([]).meta({ description, expected: 'a list of people and teams', examples: ['["@kubernetes/release-managers"]'] });

const blockers = z.strictObject({
  labels_any: z.array(label('A label.')).default([]).meta({ description: 'An issue or pull request with any of these labels blocks the release.', expected: 'a list of labels', examples: ['[release-blocker]'] }),
  milestone: line('The milestone that it must have.', 'v1.37').optional(),
}).meta({ description: 'What blocks this release.', expected: 'labels and a milestone', examples: ['{ labels_any: [release-blocker] }'] });

const conflict = z.strictObject({
  fix_window: duration('How long owners have to fix a conflict first.').prefault('24h'),
  proposal_expires: duration('How long the leads have to decide.').prefault('72h'),
  expires_after: duration('How long a deactivation stands unquestioned.').prefault('14d'),
}).meta({ description: 'The clocks of a conflict between a release blocker and a platform\'s build.', expected: 'durations', examples: ['{ fix_window: 24h }'] });

/** A release: who leads it, who watches it, when it is cut. */
export const release = z.strictObject({
  name: line('Its name.', 'v1.37').optional(),
  branch: branch('The branch that it is cut from.').default('master'),
  leads: handles('Who decides about proposals.'),
  ci_signal: handles('Who watches its CI signal.'),
  quorum: z.number().int().min(1).max(20).default(DEFAULT_QUORUM)
    .meta({ description: 'Approvals that a decision needs; whoever proposed it does not count. What is proposed already is decided by as many as were asked for then.', expected: 'a whole number of approvals from 1', examples: [2] }),
  date: date('The day of the release.').optional(),
  planned: date('The day that it was planned for, where it came, or comes, later.').optional(),
  delayed_by: z.array(platform('A platform.')).meta({ description: 'The platforms that held it up, as the release leads put down with `planned`; a ladder may act sooner on those.', expected: 'a list of platforms', examples: ['[linux/s390x]'] }).optional(),
  blockers: blockers.prefault({}),
  freeze: date('The day of the code freeze.').optional(),
  conflict: conflict.prefault({}),
}).meta({ description: 'A release: who leads it, who watches it, when it is cut.', expected: 'a release', examples: ['{ name: v1.37, leads: ["@org/release-managers"] }'] });

const freeze = z.strictObject({
  from: date('The first day.'),
  to: date('The last day.'),
  reason: line('Why.', 'holidays').optional(),
}).meta({ expected: 'a time from one day to another', examples: ['{ from: 2026-12-19, to: 2027-01-05 }'] });

export const calendar = z.strictObject({
  freezes: z.array(freeze).default([]).meta({ description: 'Days on which no clock runs and nothing is judged.', expected: 'a list of times', examples: ['[{ from: 2026-12-19, to: 2027-01-05 }]'] }),
}).meta({ description: 'Days that count for nothing.', expected: 'a calendar' });

/** A place in a file where a platform's build or release is turned off and on. */
export const buildSwitch = z.strictObject({
  file: filePath('The file that holds it.'),
  format: z.enum(SWITCH_FORMATS).meta({ description: 'How the file lists platforms.', expected: `one of ${SWITCH_FORMATS.join(', ')}`, examples: ['shell-array'] }),
  at: line('Where in the file: the name of an array or variable, the path of a list (`builds[0].goarch`, `steps[name=Build].with.platforms`), a flag (`--platform`). Not for `lines`.', 'KUBE_SUPPORTED_SERVER_PLATFORMS').optional(),
  repo: repository('The repository that holds the file, where that is not `repo`.').optional(),
  controls: z.enum(['build', 'release']).default('build').meta({ description: 'What it turns off.', expected: 'build or release' }),
  components: z.array(name('A component.', 'server')).default([]).meta({ description: 'The components that it covers; none: all.', expected: 'a list of components', examples: ['[server]'] }),
  branches: z.array(branch('A branch.')).default([]).meta({ description: 'The branches on which it stands; none: all.', expected: 'a list of branches', examples: ['[master]'] }),
}).meta({ description: 'Where a platform\'s build or release is turned off and on.', expected: 'a switch', examples: ['{ file: hack/lib/golang.sh, format: shell-array, at: PLATFORMS }'] });

/** Which ladder the project's platforms climb. */
export const ladder = z.union([name('A file in config/ladders/, without its ending.', 'kubernetes-steps'), ladderSchema])
  .meta({ description: 'The ladder that platforms climb: the name of a file in config/ladders/ (of the program, or beside this file), or written out, whole or as what differs from one that it `extends`.', expected: 'the name of a ladder or a ladder', examples: ['kubernetes-steps'] });
