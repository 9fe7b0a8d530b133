import { groupsOf, inShort, type Group } from './groups.ts';
import { FLOOD, MOST_COMMANDS, SILENT_AFTER, TIRED_AFTER } from './replies.ts';
import type { Verb } from './verb.ts';

/** `docs/commands.md`, from the table of verbs: Markdown, with a line break at its end. */
export function commandsMarkdown(verbs: readonly Verb[]): string {
  const groups = groupsOf(verbs);
  return [INTRODUCTION, overview(groups), HOW, ...groups.map(chapter), BY_HAND].join('\n\n') + '\n';
}

const INTRODUCTION = `# Commands

<!-- Made from the table of verbs by \`npm run -s archsignal -- commands > docs/commands.md\`; a test holds it to that. -->

Write a command as a comment on an incident's issue, on a proposal, or on any other issue or pull request of the project's
repository; or type it in Slack. In brackets stands what may be left out, in angle brackets what you put in.`;

const HOW = `## How commands are read

**On GitHub.** One command per line, at the start of the line, in any letter case; several in one comment are answered in one
comment. You see 👀 on your comment as soon as it is read, and the answer soon after. Each command is decided by itself: one that is
refused or mistyped holds back no other. Of one comment the first ${MOST_COMMANDS} commands are run.

A line is no command

- in a code block, in \`code\` or indented by four spaces,
- in a quote, also in the line right under one that Markdown adds to it,
- in an HTML comment, in HTML such as \`<details>\` or \`<blockquote>\`, in a link, in a table cell, behind the mark of a list item or a heading,
- in a formula: between two \`$$\`,
- in the tail of an e-mail: below \`On …, … wrote:\`, \`-----Original Message-----\`, \`Begin forwarded message:\`, a \`From:\` and \`Sent:\` block, or a
  signature's \`-- \`.

Only new comments count, and of an edited one only the lines that the edit added: one more of a line that is there already is added,
too. The same line twice at once counts once. Deleting a comment undoes nothing. Comments by bots start nothing, unless the
configuration names them (\`bots\`).

**In Slack** \`/arch …\` takes the same commands; only you see the answer. Incidents and proposals have buttons for what is decided most. To
decide in Slack, link your GitHub account once with \`/arch link\`; until then you can read. A decision shows everywhere, wherever it was
made, and made twice at once it counts once.

**Which incident.** On an incident's issue and its buttons a command is about that incident, in a platform's own Slack channel about that
platform's. Elsewhere, or to say it of another, name the platform first: \`/arch ack linux/s390x\`. Any common spelling of a platform will
do (\`s390x\`, \`s390x-linux-gnu\`, \`armhf\`). What arrives late is about what was there when it was said: words from before a
platform's present incident was opened claim nothing of it.

**Until when.** A duration (\`90m\`, \`48h\`, \`7d\`, \`2w\`), a day (\`2026-12-01\`, from its start), a moment (\`2026-12-01T14:00Z\`), all in UTC, or
\`next-release\`: the next release date of the configuration.

**Who may** is looked up on GitHub at that moment, from the teams and people in the project's configuration. Where it cannot be looked up
within 3 seconds, the answer is no, and says so. A refusal says who may, and changes nothing. After ${TIRED_AFTER} refusals and mistakes of one person
within an hour only what they were not told yet is explained: a comment gets 😕 instead, and a line in Slack no answer; after ${SILENT_AFTER},
nothing is. More than ${FLOOD} commands of one person within a minute are run too, but slower: one comment a second, which is said once.
Everything that is decided is kept with who, where, when and on what evidence.`;

const BY_HAND = `## The same by hand

On an incident's issue, what you do on GitHub means what the command means. GitHub itself says who can do these things.

| by hand | means | taken back by |
| --- | --- | --- |
| assign yourself; as an owner, assign somebody | you have it, or they do: \`/arch ack\` | unassigning: \`/arch unack\` |
| as an owner, comment on an issue that nobody has | you have it: \`/arch ack\` | \`/arch unack\` |
| close the issue | silence until its jobs were green once; a new breakage opens a new issue | reopening it |
| a label whose last part is \`flake\` or \`infra\` (\`kind/flake\`) | \`/arch flake\`, \`/arch infra\` | removing the label |
| the milestone of a later release | \`/arch snooze\` until the current release is out | removing the milestone |

Closing a proposal's issue rejects it where a release lead does, and takes it back where whoever proposed it does; closed by anybody else
it is opened again, and they are told so.`;

const overview = (groups: readonly Group[]): string => [
  '| command | does | who may |', '| --- | --- | --- |',
  ...groups.flatMap((g) => g.verbs.map((v) => `| [\`${v.name}\`](#${anchor(v)}) | ${cell(inShort(v))} | ${cell(g.title.toLowerCase())} |`)),
].join('\n');

const chapter = (group: Group): string => [`## ${group.title}`, inert(group.may), ...group.verbs.map(part)].join('\n\n');

const part = (verb: Verb): string => [
  `### ${verb.name}`,
  `\`/arch ${verb.usage}\``,
  inert(verb.about),
  ...(verb.more === undefined ? [] : [inert(verb.more)]),
  `\`\`\`\n${verb.examples.join('\n')}\n\`\`\``,
].join('\n\n');

/** GitHub's name for a heading. */
const anchor = (verb: Verb): string => verb.name.toLowerCase().replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-');

/** Angle brackets outside of code are text, not HTML. */
const inert = (text: string): string => text.split('`').map((part, i) => i % 2 === 0 ? part.replaceAll('<', '&lt;') : part).join('`');
const cell = (text: string): string => inert(text).replaceAll('|', '\\|').replace(/\s+/g, ' ');
