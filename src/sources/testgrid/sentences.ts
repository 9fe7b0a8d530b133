import type { SourceWarning } from '../../domain/job.ts';
import type { Failure } from '../failure.ts';
import { listed, quoted } from '../text.ts';
import type { NoteKind } from './memory.ts';

/** What a TestGrid source says to people, with the source's name in every sentence. */
export interface Sentences {
  dashboardFailed(dashboard: string, why: Failure): SourceWarning;
  tabUnread(dashboard: string, tab: string, why: Failure): string;
  tabMissing(dashboard: string, tab: string, similar: string | null): SourceWarning;
  allMissing(dashboard: string, tabs: readonly string[]): SourceWarning;
  tablesFailed(dashboard: string, tabs: readonly { tab: string; why: string }[]): SourceWarning;
  note(kind: NoteKind, dashboard: string, tabs: readonly string[]): SourceWarning;
  statusEmpty(dashboard: string, tab: string): string;
  homeless(job: string): string;
  readonly endedEarly: string;
  nothingRead(warnings: readonly SourceWarning[], dashboards: number): string;
}

const SHOWN = 5;

export function sentencesOf(source: string): Sentences {
  const at = (dashboard: string): string => `${source}: dashboard ${quoted(dashboard)}`;
  return {
    dashboardFailed: (dashboard, why) => ({ key: `dashboard:${dashboard}`, text: why.reason === 'not-found'
      ? `${at(dashboard)} was not found (${why.message}). It may have been renamed: correct it in the configuration.`
      : `${at(dashboard)} could not be read: ${why.message}. Its jobs are unknown until it can be.` }),
    tabUnread: (dashboard, tab, why) => `${at(dashboard)}, tab ${quoted(tab)} could not be read: ${why.message}.`,
    tabMissing: (dashboard, tab, similar) => ({
      key: `tab:${dashboard}/${tab}`,
      text: `${at(dashboard)} has no tab ${quoted(tab)}${similar === null ? '.' : `; there is ${quoted(similar)}: renamed?`} Correct the job's tab in the configuration.`,
    }),
    allMissing: (dashboard, tabs) => ({
      key: `dashboard:${dashboard}`,
      text: `${at(dashboard)} answered without ${tabs.length === 1 ? 'the tab' : `any of the ${tabs.length} tabs`} that we follow (${listed(tabs, SHOWN)}). The dashboard may have been emptied or its tabs moved; their jobs are unknown until it is mended.`,
    }),
    tablesFailed: (dashboard, failed) => ({
      key: `tables:${dashboard}`,
      text: `${at(dashboard)}: ${failed.length === 1 ? 'one tab' : `${failed.length} tabs`} could not be read (${listed(failed.map((f) => f.tab), SHOWN)}); the first: ${failed[0]?.why ?? ''}. Tried again with the next poll.`,
    }),
    note: (kind, dashboard, tabs) => ({ key: `${kind}:${dashboard}`, text: `${at(dashboard)}, ${tabs.length === 1 ? 'tab' : 'tabs'} ${listed(tabs, SHOWN)}: ${NOTES[kind]}.` }),
    statusEmpty: (dashboard, tab) => `${at(dashboard)} gives no status for tab ${quoted(tab)}, so its table is not trusted.`,
    homeless: (job) => `${source}: job ${quoted(job)} names no dashboard and tab, so it cannot be looked up.`,
    endedEarly: `${source}: the poll was ended before it was done.`,
    nothingRead: (warnings, dashboards) => {
      const first = warnings.find((w) => w.key.startsWith('dashboard:'))?.text ?? `${source}: nothing could be read.`;
      return dashboards === 1 ? first : `${source}: none of its ${dashboards} dashboards could be read. The first: ${first.slice(`${source}: `.length)}`;
    },
  };
}

const NOTES: Readonly<Record<NoteKind, string>> = {
  status: 'TestGrid gives an empty status there, so no result of it counts until it has one again',
  units: 'the times come in different units (seconds, milliseconds, microseconds); they were read by their size',
  untimed: 'columns without a time were left out',
  misfits: 'rows with more or fewer cells than there are columns were left out',
};
