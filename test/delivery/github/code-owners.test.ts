import { describe, expect, it } from 'vitest';
import { codeOwnersOf } from '../../../src/delivery/github/code-owners.ts';
import { likelyFiles } from '../../../src/delivery/github/likely-files.ts';

const FILE = [
  '# Each line is a pattern, then owners.', '*       @all', '*.js    @js # inline', '/build/logs/ @logs', 'docs/*  docs@example.com @docs', 'apps/ @apps', '/scripts/ @one @org/two',
  '**/manifests @manifests', '/private/', '/lib/**/*.go @go', 'spaced\\ name.txt @spaced', 'ta[rg]et.txt @never', '!kept.txt @never', '/hack/lib/golang.sh @exact\r', 'v?.txt @version', 'a/*/c @between',
].join('\n');

describe('the owners of a file by CODEOWNERS', () => {
  it.each<[string, readonly string[]]>([
    ['README.md', ['@all']], ['x.js', ['@js']], ['deep/in/x.js', ['@js']], ['build/logs/a/b.log', ['@logs']], ['sub/build/logs/b.log', ['@all']],
    ['docs/start.md', ['@docs']], ['docs/app/trouble.md', ['@all']], ['apps/a.txt', ['@apps']], ['x/apps/y/a.txt', ['@apps']], ['apps', ['@all']],
    ['scripts/x/y.sh', ['@one', '@org/two']], ['x/scripts/y.sh', ['@all']], ['manifests/a.yaml', ['@manifests']], ['a/b/manifests/c/d.yaml', ['@manifests']],
    ['private/key.txt', []], ['lib/x.go', ['@go']], ['lib/a/b/x.go', ['@go']], ['spaced name.txt', ['@spaced']], ['target.txt', ['@all']], ['kept.txt', ['@all']],
    ['hack/lib/golang.sh', ['@exact']], ['v1.txt', ['@version']], ['v12.txt', ['@all']], ['a/b/c', ['@between']], ['a/b/x/c', ['@all']],
  ])('of %s are %j', (path, owners) => { expect(codeOwnersOf(FILE, path)).toEqual(owners); });

  it('are nobody without a rule, in a file that is too large, and none that cannot be mentioned', () => {
    expect(codeOwnersOf('', 'x')).toEqual([]);
    expect(codeOwnersOf(`* @all\n${'#'.repeat(3 * 1024 * 1024)}`, 'x')).toEqual([]);
    expect(codeOwnersOf('* @a`b @-x @org/team/x you @ok @olga_acme', 'x')).toEqual(['@ok', '@olga_acme']);
  });

  it('are found in no time, whatever the pattern', () => {
    const path = Array.from({ length: 200 }, () => 'aaaaaaaaaa').join('/');
    expect(codeOwnersOf(`* @all\n${'**/a*/'.repeat(60)}b @x\n${'a*'.repeat(100)}b @y`, path)).toEqual(['@all']);
    const began = performance.now();
    expect(codeOwnersOf(`* @all${' #'.repeat(200_000)}\u2028`, path)).toEqual(['@all']);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('files that are likely to name platforms', () => {
  const entry = (path: string, fields = {}) => ({ path, mode: '100644', type: 'blob', sha: path, size: 10, ...fields });
  const chosen = (...paths: readonly string[]) => likelyFiles(paths.map((p) => entry(p))).map((e) => e.path);

  it('come by how likely they are, and what is copied, made or documented does not', () => {
    expect(chosen('cmd/main.go', 'hack/other.sh', 'hack/lib/golang.sh', 'sub/Dockerfile.cross', 'Makefile', 'tekton/release.yaml', '.github/workflows/ci.yml', '.goreleaser.yml', 'vendor/x/Makefile', 'docs/release.md', 'a/testdata/Dockerfile', 'config/manifest-list.yaml'))
      .toEqual(['.goreleaser.yml', '.github/workflows/ci.yml', 'tekton/release.yaml', 'Makefile', 'hack/lib/golang.sh', 'sub/Dockerfile.cross', 'hack/other.sh', 'config/manifest-list.yaml']);
  });

  it('are files, and neither links nor folders nor data', () => {
    expect(likelyFiles([entry('Makefile', { mode: '120000' }), entry('tekton', { type: 'tree' }), entry('Dockerfile', { size: 300_000 }), entry('x.mk', { size: 0 }), entry('Dockerfile.a', { mode: '100755' })]).map((e) => e.path)).toEqual(['Dockerfile.a']);
  });
});
