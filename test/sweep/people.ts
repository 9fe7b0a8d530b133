import { writeFileSync } from 'node:fs';
import { configOf, type WorldSpec } from '../e2e/configuration.ts';
import { HOUR, type World } from './world.ts';

/** Who decides, who watches, who owns; the last of the name is what they do. Their Slack members have the same names. */
const PEOPLE = ['olga-lead', 'ivan-lead', 'maria-lead', 'sam-signal', 'porter-owner', 'paula-owner'] as const;

const memberOf = (name: string): string => `U${name.toUpperCase().replace(/[^A-Z]/g, '')}`;

/** What every flow may speak of: a project with two platforms whose e2e jobs block the release, teams, channels and their people. */
export const spec = (over: WorldSpec = {}): WorldSpec => ({
  channels: { proposals: '#leads', tiers: '#tiers' }, ...over,
  extra: `people: { ${PEOPLE.map((n) => `${memberOf(n)}: ${n}`).join(', ')} }\npolling: { every: 1h, timeout: 5s }\nsignal: { stale_after: 60d }\n${over.extra ?? ''}`,
  platforms: Object.fromEntries(['amd64', 's390x'].map((a) => [`linux/${a}`, { owners: [`@demo/${a}-owners`], suites: ['e2e', 'unit'], blocking: ['e2e'] }])),
});

/** Puts people, channels, jobs and their past into a world. */
export function setUp(world: World, of: WorldSpec): void {
  const { github, slack, ci } = world;
  github.repo('demo/demo');
  const named = (part: string): readonly string[] => PEOPLE.filter((p) => p.endsWith(part));
  for (const [team, members] of [['amd64-owners', ['amy']], ['s390x-owners', named('-owner')], ['signal', named('-signal')], ['leads', named('-lead')]] as const) github.team(`demo/${team}`, members);
  for (const channel of ['#signal', '#leads', '#tiers']) slack.channel(channel);
  for (const name of PEOPLE) slack.user(name, { id: memberOf(name) });
  for (const [platform, { suites }] of Object.entries(of.platforms ?? {})) {
    for (const suite of suites) {
      const job = ci.job({ dashboard: 'board', tab: `${suite}-${platform.replaceAll('/', '-')}`, suite, tests: ['TestOne', 'TestTwo', 'TestThree'] });
      world.jobs.set(`${platform} ${suite}`, job);
      for (let i = of.history ?? 8; i > 0; i--) job.run({ outcome: 'pass', at: world.now - i * HOUR, commit: world.commit() });
    }
  }
  writeFileSync(world.configuration, configOf(of, ci.url));
}
