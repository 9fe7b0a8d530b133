import { storable } from '../text.ts';

/** Longest id of a run that is kept. */
const MAX_ID = 200;

/**
 * Makes ids of runs unique. Of equal ones the oldest keeps its name and the next newer are `…~2`, `…~3`, so that the
 * names stay when newer columns come in front. `ids` are newest first, as are the results.
 */
export function uniqueBuilds(ids: readonly string[]): string[] {
  const taken = new Set(ids);
  const seen = new Map<string, number>();
  const unique = [...ids];
  for (let i = ids.length - 1; i >= 0; i--) {
    const id = ids[i] ?? '';
    let nth = (seen.get(id) ?? 0) + 1;
    if (nth > 1) {
      while (taken.has(`${id}~${nth}`)) nth++;
      unique[i] = `${id}~${nth}`;
      taken.add(`${id}~${nth}`);
    }
    seen.set(id, nth);
  }
  return unique;
}

/** An id as text: a number only where JSON could carry it whole. Empty: none. */
export function idText(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' ? storable(value.trim(), MAX_ID) : '';
}

const HEX = /^[0-9a-f]{7,40}$/i;
const VERSION = /^v?\d+\.\d+[\w.-]*\+([0-9a-f]{7,40})$/i;

/** The commit that a header's value names: 7 to 40 hex digits, or those after the `+` of a version. Null: none. */
export function commitOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 200) return null;
  const text = value.trim();
  return HEX.test(text) ? text.toLowerCase() : VERSION.exec(text)?.[1]?.toLowerCase() ?? null;
}

/** True for the header of the tested commit, and false for those of the test infrastructure's or another repository's. */
export const isCommitHeader = (name: unknown): boolean => typeof name === 'string' && /^(git[ _-]?)?(commit|revision|sha)([ _-]?(id|sha|hash))?$/i.test(name.trim());

/** Kubernetes' own TestGrid: where its results come from, its Prow shows the runs. */
const KUBERNETES = /^https:\/\/testgrid\.k8s\.io(?:\/|$)/;

/** No longer address is kept, and none is made of longer parts: a template may name the place any number of times. */
const LONGEST_URL = 1000;

const STORAGE_PATH = /^[\w.-]+\/(?:[\w.+-]+\/)*[\w.+-]+$/;

/**
 * A run's page. TestGrid's own template for it is filled in where it is a plain web address; where there is none, a run
 * with a numeric build whose logs lie under `bucket/logs/…` has its page at Kubernetes' Prow if `site` is Kubernetes'
 * TestGrid. Null: none is known.
 */
export function runUrl(query: string | null, build: string, template: string | null, site: string): string | null {
  if (query === null || query.length > LONGEST_URL || !STORAGE_PATH.test(query)) return null;
  if (!/^\d+$/.test(build)) return null;
  const usable = template !== null && template.length <= LONGEST_URL ? template : '';
  const filled = usable.replaceAll('<gcs_prefix>', query).replaceAll('<changelist>', build);
  if (/^https?:\/\/[^\s<>"'`\\]+$/.test(filled) && filled.length <= LONGEST_URL && URL.canParse(filled)) return filled;
  return KUBERNETES.test(site) && /^[^/]+\/(?:pr-)?logs\//.test(query) ? `https://prow.k8s.io/view/gs/${query}/${build}` : null;
}
