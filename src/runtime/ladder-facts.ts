import type { LoadedProject } from '../config/load.ts';
import type { Evidence, ProjectFacts } from '../domain/evidence.ts';
import { GO_PORTS, goPort } from '../domain/go-ports.ts';
import type { Platform } from '../domain/project.ts';

const DAY = 86_400_000;

/** What criteria have to know of a project besides its record, from its configuration. */
export function factsOf({ project, settings }: Pick<LoadedProject, 'project' | 'settings'>, more: Pick<ProjectFacts, 'teams' | 'adoptionUntil'>): ProjectFacts {
  const parted = settings.switches.some((s) => s.controls === 'release');
  // The switches themselves stand in other files: the configuration tells what they are meant to be. What is built is released
  // where nothing parts the two.
  const switches = ({ build }: Platform) => ({ build, release: settings.switches.length > 0 && !parted ? build : null, requiredCheck: null });
  return {
    reference: project.reference,
    platforms: project.platforms.map((p) => ({ platform: p.id, step: p.step, owners: p.owners, components: p.components ?? [], switches: switches(p) })),
    freezes: settings.calendar.freezes.map(({ from, to }) => ({ from: startOf(from), to: startOf(to) + DAY })),
    releases: project.releases.map(({ freeze, date, name, planned = null, delayedBy = [] }) => ({ freeze, date, name, planned, delayedBy })),
    mainBranch: project.releases[0]?.branch,
    ...more,
  };
}

/** The start of a day in UTC, epoch milliseconds. */
const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** The record with what Go says of its ports, as if it had stood there from its beginning; a later statement counts more. */
export function withGoPorts({ since, platforms }: Evidence): Evidence {
  return {
    since,
    platforms: platforms.map((p) => ({
      ...p, attestations: [{ at: since, kind: 'toolchain', toolchain: 'go', level: goPort(p.platform), link: GO_PORTS.url }, ...p.attestations],
    })),
  };
}
