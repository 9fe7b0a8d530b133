import type { Stage } from './stage.ts';
import { firstLine, plainSlack } from './slack-text.ts';
import type { Voice } from './voice.ts';

const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** What is left to see when the story is over: issues, who was asked how often, what Slack holds. */
export function tellSummary(voice: Voice, stage: Stage): void {
  voice.plain(`\n${voice.paint('bold', 'What became of it')}`);
  issues(voice, stage);
  pulls(voice, stage);
  asked(voice, stage);
  messages(voice, stage);
}

function issues(voice: Voice, stage: Stage): void {
  const all = stage.issues();
  const open = all.filter((i) => i.state === 'open').length;
  voice.row('Issues', `${all.length} filed, ${all.length - open} closed again, ${open} open`);
  for (const i of all) voice.row('', `${i.state === 'open' ? voice.paint('red', 'open  ') : voice.paint('green', 'closed')} #${i.number} ${i.title}`);
}

function pulls(voice: Voice, stage: Stage): void {
  const bots = stage.pulls().filter((i) => i.user.type === 'Bot');
  voice.row('Pulls', `${counted(bots.length, 'pull request')} by the program, ${bots.filter((i) => i.pull?.mergedAt).length} merged, each by a person`);
  for (const i of bots) voice.row('', `${i.pull?.mergedAt ? voice.paint('green', 'merged') : voice.paint('red', i.state)} #${i.number} ${i.title}`);
}

function asked(voice: Voice, stage: Stage): void {
  const mentions = stage.world.github.mentions();
  voice.row('Asked', `${counted(mentions.length, 'mention')} on GitHub, ${stage.world.slack.pings().length} in Slack, where people are named and not called`);
  for (const [handle, theirs] of Map.groupBy(mentions, (m) => m.handle)) voice.row('', `${handle.padEnd(24)}${theirs.length}×  ${theirs.map((m) => `#${m.issue.number}`).join(', ')}`);
}

function messages(voice: Voice, stage: Stage): void {
  for (const channel of stage.world.slack.state.channels.values()) {
    const [whispers, said] = [channel.messages.filter((m) => m.ephemeralFor !== null), channel.messages.filter((m) => m.ephemeralFor === null)];
    const tops = said.filter((m) => m.threadTs === null);
    voice.row('Slack', `#${channel.name}: ${counted(tops.length, 'message')}, ${counted(said.length - tops.length, 'reply', 'replies')} in their threads`);
    const kept = tops.filter((m) => /\/(?:issues|pull)\/\d+\|/.test(m.text));
    for (const m of kept) voice.row('', short(plainSlack(m.text)));
    if (tops.length > kept.length) voice.row('', `and ${counted(tops.length - kept.length, 'notice')} about the source that was down`);
    if (whispers.length > 0) voice.row('', `besides ${counted(whispers.length, 'answer')} that only whoever asked could see`);
  }
}

const short = (text: string): string => firstLine(text, 92);

/** The pages to open, as long as the demo runs. */
export async function tellPlaces(voice: Voice, stage: Stage): Promise<void> {
  const { github, slack, ci } = stage.world;
  const { program } = stage;
  const hasPages = await fetch(`${program.url}/`).then((r) => r.ok, () => false);
  voice.plain(`\n${voice.paint('bold', 'Where to look')}`);
  voice.row('Issues', voice.link(`${github.url}/orrery/orrery/issues?q=all`));
  voice.row('Slack', voice.link(`${slack.url}/`));
  voice.row('CI', voice.link(`${ci.url}/`));
  if (hasPages) voice.row('Dashboard', voice.link(`${program.url}/`));
  voice.row('Program', `${voice.link(`${program.url}/readyz`)} (how it is)   ${voice.link(`${program.url}/metrics`)}`);
  voice.row('Its log', program.logFile);
}
