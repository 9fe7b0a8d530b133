import type { Verb, Who } from './verb.ts';

/** Verbs that the same people may use, as help and the documentation tell of them. */
export interface Group {
  readonly who: Who;
  /** As a heading: `Owners and the release-signal team`. */
  readonly title: string;
  /** Who that is, in a sentence. */
  readonly may: string;
  readonly verbs: readonly Verb[];
}

const GROUPS: readonly Omit<Group, 'verbs'>[] = [
  { who: 'everyone', title: 'Everyone', may: 'Anybody, also people in Slack who have not linked a GitHub account.' },
  { who: 'owners', title: 'Owners and the release-signal team', may: 'Owners of the platform that it is about, and the release-signal team (`release.ci_signal`).' },
  { who: 'owner', title: 'Owners', may: 'Owners of the platform that it is about; the release-signal team where it has none.' },
  { who: 'concerned', title: 'Owners, release leads and the release-signal team', may: 'Owners of the platform that it is about, release leads (`release.leads`) and the release-signal team (`release.ci_signal`).' },
  { who: 'leads', title: 'Release leads and the release-signal team', may: 'Release leads (`release.leads`) and the release-signal team (`release.ci_signal`).' },
  { who: 'lead', title: 'Release leads', may: 'Release leads (`release.leads`).' },
  { who: 'group', title: 'Members of a group that the ladder asks', may: 'Members of that group, which is a GitHub team.' },
  { who: 'proposal', title: 'On a proposal', may: 'Those whom the proposal names: release leads decide, owners of the platform object, whoever proposed it withdraws.' },
  { who: 'self', title: 'For yourself', may: 'Anybody, for themselves.' },
];

/** The verbs by who may use them, in the table's order; groups without any are left out. */
export const groupsOf = (verbs: readonly Verb[]): readonly Group[] =>
  GROUPS.map((g) => ({ ...g, verbs: verbs.filter((v) => v.who === g.who) })).filter((g) => g.verbs.length > 0);

/** Who may use a verb, in a sentence. */
export const whoMay = (who: Who): string => GROUPS.find((g) => g.who === who)?.may ?? '';

/** What a verb does, in one sentence of the one or two that it has. */
export const inShort = (verb: Verb): string => /^.*?\.(?= |$)/.exec(verb.about)?.[0] ?? verb.about;
