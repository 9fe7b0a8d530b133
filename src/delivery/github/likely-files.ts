import type { TreeEntry } from './git-data.ts';

/** Larger files are data, and no tooling. */
const LARGEST = 200 * 1024;
/** Files that are read at most. */
const MOST = 40;

/** Copies of others' files, and what is made. */
const NOT_OURS = /(?:^|\/)(?:vendor|third_party|node_modules|_?testdata|fixtures|dist|\.git)\//;

/** Where platforms are named besides the switches: each line is likelier than the next. */
const LIKELY: readonly RegExp[] = [
  /(?:^|\/)\.goreleaser[^/]*\.ya?ml$|(?:^|\/)\.ko\.ya?ml$|(?:^|\/)docker-bake[^/]*\.(?:hcl|json)$|(?:^|\/)(?:docker-)?cloudbuild[^/]*\.ya?ml$/i,
  /^\.github\/(?:workflows|actions)\/.*\.ya?ml$/i,
  /(?:^|\/)\.?tekton\/.*\.ya?ml$|(?:^|\/)(?:release|releases|releng|manifests?)\/[^/]*\.(?:ya?ml|json|toml|sh)$/i,
  /^(?:GNU)?makefile$|^[^/]*\.mk$|^Dockerfile[^/]*$|^\.gitlab-ci\.ya?ml$|^\.travis\.ya?ml$|^Jenkinsfile$/i,
  /^(?:hack|build|scripts?|ci|tools|cluster)\/(?:.*\/)?[^/]*(?:release|build|image|manifest|platform|arch|common|lib|golang|cross)[^/]*\.sh$/i,
  /(?:^|\/)(?:GNU)?makefile$|(?:^|\/)Dockerfile[^/]*$|(?:^|\/)[^/]*\.mk$/i,
  /^(?:hack|build|scripts?|ci)\/.*\.sh$/i,
  /(?:^|\/)[^/]*(?:manifest|platform|multi-?arch|release|image)[^/]*\.(?:ya?ml|json|toml|sh|hcl)$/i,
];

/** The files of a repository that are likeliest to name platforms, the likeliest first. */
export function likelyFiles(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const ranked = entries.flatMap((entry) => {
    if (entry.type !== 'blob' || !entry.mode.startsWith('100') || entry.size === 0 || entry.size > LARGEST || NOT_OURS.test(entry.path)) return [];
    const rank = LIKELY.findIndex((pattern) => pattern.test(entry.path));
    return rank < 0 ? [] : [{ entry, rank, depth: entry.path.split('/').length }];
  });
  return ranked.toSorted((a, b) => a.rank - b.rank || a.depth - b.depth || (a.entry.path < b.entry.path ? -1 : 1)).slice(0, MOST).map(({ entry }) => entry);
}
