import { inFile, parametersOf, type Parameter } from '../domain/criteria.ts';
import { CIRCUMSTANCES, CRITERIA, type CriterionName, type CriterionUse, type Ladder, type Step } from '../domain/ladder.ts';
import { isWhole, scopeOf, scopeWords } from '../domain/scope.ts';
import { inFileValue } from './ladder-schema.ts';

/** `docs/ladders.md`, from the criteria and the ladders that come along: Markdown, with a line break at its end. */
export function laddersMarkdown(shipped: readonly Ladder[]): string {
  return [INTRODUCTION, CHANGING, CLOCKS, CRITERIA_INTRODUCTION, ...CRITERIA.map(chapter), SHIPPED_INTRODUCTION, ...shipped.map(ladderChapter)].join('\n\n') + '\n';
}

const INTRODUCTION = `# Ladders

<!-- Made from the criteria and config/ladders/ by \`npm run -s archsignal -- ladders > docs/ladders.md\`; a test holds it to that. -->

A ladder says which steps of support there are, what each grants, and what it takes to come to a step and to hold it. A
project names the one that its platforms climb:

\`\`\`yaml
ladder: kubernetes-steps
\`\`\`

The name is a file without its ending: of \`config/ladders/\` that comes with the program, or of a folder \`ladders/\` beside the
project's own file, which comes first where both have one. Or the ladder is written out in the project's file:

\`\`\`yaml
ladder:
  steps:                              # lowest first; step 0, off, need not be named
    - step: 1
      name: build
      grants: [Anybody can build it.] # for people
      hold:                           # what it takes to stand here
        - owners-declared: { count: 1 }
        - suites-present: { suites: [build], passed_within: 15d, third_party: true }
    - step: 2
      name: test
      build: on                       # may be built by default; \`release: on\`: may be in the release artifacts
      components: [server]            # it is about these only; without it, about all. Likewise \`branches: ["release-*"]\`
      hold:
        - pass-rate: { share: 75% }
      enter:                          # what it takes to come here, besides; the steps above do not ask for it
        - time-at-step: { step: 1, for: 90d }
  promotion: { after: 14d }
  demotion: { warn_after: 14d, propose_after: 28d, held_in_freeze: true }
\`\`\`

A step asks for what the steps below ask for, too. Where it names a criterion again, its own numbers take the place of theirs;
two uses of one criterion that are about different things (other suites, another group) are two criteria.

A step may be about certain \`components\` (\`client\`, \`node\`, \`server\`, or names of your own), and about certain \`branches\` (\`*\` for any
text). Its criteria then look at the jobs alone that test those: a job's \`components\` and \`branch\` say so, and a job without them
tests all that is built, on the main branch. Switches that a change of step proposes are those of these components and branches. What
is not about jobs (owners, how they answer, sign-offs) is asked of the platform as a whole. A platform whose own \`components\` have none
of a step's passes it over, up and down: one that only has a client never comes to a step that is about servers, and nothing that such
a step asks for is asked of it. Higher steps that are about everything ask for what the scoped step asks for, of what that is about.

Shares are written \`75%\` or \`0.75\`, durations \`36h\`, \`15d\`, \`12w\`. \`archsignal check FILE\` tells every mistake of a ladder with its
line and column, what makes no sense in it (steps out of order, a higher step that asks for less than a lower one, less asked to
enter than to hold, a release without a build), and, for a project's file, where its platforms and its ladder disagree:
built by default below the step that allows it, shipping below the release step, a board, a suite or an owner that the ladder
asks for and that the file does not have, a toolchain that cannot be. Those are findings: they keep nothing from running.`;

const CHANGING = `## Changing a ladder

A ladder may stand on another and say only what differs. Parameters that are given take the place of those below; criteria are
added, or taken out with \`without\`:

\`\`\`yaml
ladder:
  extends: kubernetes-steps
  steps:
    - step: 2
      hold:
        - pass-rate: { share: 80% }
      without: [failure-streak]
  demotion: { propose_after: 60d }
\`\`\`

Where the step below has a criterion more than once, say by its \`suites\` which one is meant. What would happen with other
numbers, \`archsignal replay --config FILE --history DIR\` tells from a past year.`;

const CLOCKS = `## When platforms move

| key | says | default |
| --- | --- | --- |
| \`promotion.after\` | every criterion of the next step is met on each of so many last days: a promotion is proposed | \`14d\` |
| \`demotion.warn_after\` | a criterion of the present step is unmet on so many days running: a public warning | \`14d\` |
| \`demotion.propose_after\` | unmet on so many days more: a demotion is proposed, one step | \`28d\` |
| \`demotion.held_in_freeze\` | no demotion is in force between code freeze and release | \`true\` |
| \`demotion.faster\` | criteria that are warned of and acted on sooner, \`{ owner-response: { warn_after: 7d, propose_after: 14d } }\`, and circumstances in which every criterion is; see below | none |
| \`unknown_after\` | a criterion of which nothing is known for so many days is a warning | \`14d\` |
| \`adoption_cycles\` | release cycles from the first evaluation on during which findings are listed, and nobody is warned or proposed | \`2\` |

All of these are days that count: calendar freezes, planned downtimes, days on which the jobs' source was never read well, days on
which the reference platform fails the same criterion, and days on which more than half of the platforms turn at once do not.
Where the reference platform has jobs and none of them ran in the time that is looked at, nobody can tell whose silence it is: then
\`suites-present\` is unknown of a port that lacks nothing but runs, and nobody is warned of that. A
silent job is unmet (\`run-cadence\`) even so.

Two circumstances leave less time, whichever criterion does not hold. A public warning comes first even so, and whatever ends the
circumstance gives the usual time back. What is not on record speeds up nothing.

\`\`\`yaml
ladder:
  extends: kubernetes-steps
  demotion:
    faster:
      owners-unresponsive: { warn_after: 7d, propose_after: 14d, incidents: 2, ack_within: 7d }
      release-delayed: { warn_after: 7d, propose_after: 14d, times: 1, within: 365d }
\`\`\`

| circumstance | is there when | ends when |
| --- | --- | --- |
| \`owners-unresponsive\` | nobody has acknowledged any of the last \`incidents\` breakages (2), each of which had \`ack_within\` (\`7d\`) for it; left out are those that \`owner-response\` leaves out | somebody acknowledges one of them, late or not, or the next one |
| \`release-delayed\` | release leads put down \`times\` releases (1) \`within\` that time (\`365d\`) that came later because of the platform: \`planned\` and \`delayed_by\` of a release in the configuration, in a history an event \`release-delayed\` with its \`release\` | the time has gone by |`;

const CRITERIA_INTRODUCTION = `## The criteria

Each is \`met\`, \`unmet\` or \`unknown\`; unknown is never met, and neither promotes nor demotes. A parameter without a default has to
be given. \`suites\`, where it may be left out, says whose jobs are looked at: without it those of every suite that the step asks for
(\`suites-present\`) and that no other use of the same criterion names.`;

/** What each criterion is about, in a sentence or two. */
const ABOUT: Readonly<Record<CriterionName, string>> = {
  'suites-present': 'Jobs of these suites run on the platform and report. What a job runs on is what the configuration says, never its name. Whether a platform builds at all (`build` with `passed_within`) is also shown by any test that passed there, where no job does nothing but build.',
  'on-board': 'Its jobs stand on the release team\'s boards (`board` of a job).',
  'pass-rate': 'Each job passes often enough, over the shortest time that holds enough runs.',
  'failure-streak': 'No job fails too many times in a row, or for too long.',
  'run-cadence': 'Its jobs run often enough. A job that fell silent is unmet, not unknown.',
  'duration-percentile': 'Its runs are done in time.',
  'green-streak': 'Its newest runs passed.',
  'same-commit-passes': 'Its jobs can pass several times in a row on one commit: they are no lottery.',
  'parity': 'The tests of the reference platform run here too. Needs a record of both counts.',
  'owners-declared': 'People answer for it (`owners` of the platform). A team that cannot be read counts as one person.',
  'owner-response': 'Its owners show up when things break. Left out are failures of the infrastructure, those that happen everywhere, those that a downtime explains and those that wait for an upstream fix. What was over before an acknowledgement was due, and nobody came to, is one that nobody acknowledged; of fewer than `min_incidents` it says nothing.',
  'active-owners': 'Several people acted for it lately: acknowledged, commanded, fixed or signed off.',
  'time-at-step': 'It has stood on a step for long enough. Belongs under `enter`.',
  'native-hardware': 'Its jobs run on hardware of its own; emulation does not count. Needs an attestation per job.',
  'artifacts-complete': 'Everything that should be published for it is. Needs a record of what was expected and what was there.',
  'toolchain-support': 'A toolchain supports it. What Go says of its own ports is known; other toolchains need a record.',
  'sign-off': 'A group\'s acknowledgement is on record (`/arch sign-off`).',
  'build-switch': 'Its switches stand as the step allows; more than it allows is unmet, less never is.',
};

function chapter(criterion: CriterionName): string {
  const rows = Object.entries(parametersOf(criterion)).map(([key, parameter]) => `| \`${inFile(key)}\` | ${says(key, parameter)} | ${takes(parameter)} | ${defaultOf(parameter)} |`);
  return `### ${criterion}\n\n${ABOUT[criterion]}\n\n| parameter | says | takes | default |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
}

const says = (key: string, parameter: Parameter): string =>
  key === 'suites' && parameter.default !== undefined ? 'Whose jobs are looked at; see above.' : parameter.says.replaceAll('|', '\\|');

function takes(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'share': return 'a share';
    case 'duration': return 'a duration';
    case 'count': return `a number from ${parameter.min}`;
    case 'names': return parameter.of === undefined ? 'a list of names' : `a list of ${words(parameter.of)}`;
    case 'choice': return words(parameter.of);
    case 'text': return 'text';
    case 'flag': return '`true` or `false`';
    default: return parameter satisfies never;
  }
}

const words = (of: readonly string[]): string => of.map((word) => `\`${word}\``).join(', ');

function defaultOf(parameter: Parameter): string {
  const value = parameter.default;
  if (value === undefined) return 'has to be given';
  return value === null ? 'none' : `\`${inFileValue(parameter.kind, value)}\``;
}

const SHIPPED_INTRODUCTION = `## The ladders that come along

The default is \`kubernetes-steps\`. Where their numbers come from stands in the files of \`config/ladders/\`. Only what a step adds is
listed.`;

function ladderChapter(ladder: Ladder): string {
  const { promotion, demotion } = ladder;
  const rows = ladder.steps.filter((s) => s.step > 0).map((s) => `| ${s.step} ${s.name}${about(s)} | ${asked(s)} | ${granted(s)} |`);
  const source = ladder.source === null ? '' : `${/^https?:/.test(ladder.source) ? `<${ladder.source}>` : ladder.source}.\n\n`;
  return `### ${ladder.name}\n\n${source}| step | asks for | switches |\n| --- | --- | --- |\n${rows.join('\n')}\n\n` +
    `Up after ${promotion.days} days; a warning after ${demotion.warnAfter}, down after ${demotion.proposeAfter} more.${faster(ladder)}`;
}

const about = (step: Step): string => isWhole(scopeOf(step)) ? '' : `<br>${scopeWords(scopeOf(step))} only`;

function asked({ hold, enter }: Step): string {
  const parts = [...hold.map(used), ...enter.map((use) => `to enter: ${used(use)}`)];
  return parts.length === 0 ? 'nothing' : parts.join('<br>');
}

/** A use with what differs from the criterion's defaults. */
function used({ criterion, params }: CriterionUse): string {
  const given = Object.entries(parametersOf(criterion)).filter(([key, p]) => JSON.stringify(params[key]) !== JSON.stringify(p.default))
    .map(([key, p]) => `${inFile(key)}: ${inFileValue(p.kind, params[key])}`);
  return `\`${criterion}${given.length === 0 ? '' : `: { ${given.join(', ')} }`}\``;
}

const granted = ({ build, release }: Step): string => release === 'on' ? 'built and released' : build === 'on' ? 'built by default' : 'off';

function faster({ demotion }: Ladder): string {
  const sooner = Object.entries(demotion.faster).map(([criterion, { warnAfter, proposeAfter }]) => `${criterion} ${warnAfter} and ${proposeAfter}`);
  const hurry = CIRCUMSTANCES.flatMap((name) => demotion.when?.[name] === undefined ? [] : [`${name} ${demotion.when[name].warnAfter} and ${demotion.when[name].proposeAfter}`]);
  const said = [...sooner.length === 0 ? [] : [` Sooner for ${sooner.join(', ')}.`], ...hurry.length === 0 ? [] : [` Whatever it is, in case of ${hurry.join(', ')}.`]];
  return said.join('');
}
