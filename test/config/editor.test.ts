import { describe, expect, it } from 'vitest';
import { createEditor } from '../../src/config/editor.ts';
import type { Edit } from '../../src/domain/action.ts';
import { LEAST, change } from './given.ts';

const EDIT: Edit = { kind: 'owners', project: 'demo', platform: 'linux/s390x', change: 'add', handle: '@octo-porter' };
const editor = (file: string, origin: 'disk' | 'repository' = 'disk'): ReturnType<typeof createEditor> => createEditor((name) => name === 'demo' ? { file, origin } : null);
const paths = (file: string, origin?: 'disk' | 'repository'): string[] => editor(file, origin).candidates(EDIT).slice(2);

describe('where a configuration may stand in its repository', () => {
  it('is where repositories keep it, then where it stands on disk', () => {
    expect(editor('config/kubernetes.yml').candidates(EDIT)).toEqual(['.github/archsignal.yml', '.github/archsignal.yaml', 'config/kubernetes.yml']);
    expect(paths('./etc//demo.yaml')).toEqual(['etc/demo.yaml', 'config/demo.yaml']);
    expect(paths('demo.yml')).toEqual(['demo.yml', 'config/demo.yml']);
  });

  it('is never outside of it', () => {
    expect(paths('/etc/archsignal/demo.yml')).toEqual(['config/demo.yml']);
    expect(paths('../demo.yml')).toEqual(['config/demo.yml']);
    expect(paths('C:\\archsignal\\demo.yml')).toEqual(['config/demo.yml']);
    expect(paths('.github/archsignal.yml', 'repository')).toEqual([]);
    expect(editor('x.yml').candidates({ ...EDIT, project: 'other' })).toEqual(['.github/archsignal.yml', '.github/archsignal.yaml']);
  });
});

describe('an edit of a file that was found', () => {
  const apply = (text: string, edit: Edit = EDIT): unknown => editor('demo.yml').apply(edit, text);

  it('is made in the project\'s own configuration only', () => {
    expect(apply(LEAST)).toEqual({ kind: 'edited', text: change('    build: on\n', '    build: on\n    owners: ["@octo-porter"]\n') });
    expect(apply(change('project: demo', 'project: demolition'))).toEqual({ kind: 'other' });
    for (const text of ['', 'hello', '- project: demo', 'a: { project: demo }', '%', 'x: "']) expect(apply(text)).toEqual({ kind: 'other' });
  });

  it('is refused where the file is the project\'s and cannot be read', () => {
    for (const line of ['project: demo', 'project: "demo"', "project:  'demo'   # this one"]) {
      expect(apply(`version: 1\r\n${line}\r\nx: "`)).toEqual({ kind: 'refused', reason: 'line 3 has to be mended first: the quote that opens here is never closed.' });
    }
    expect(apply(`project: demos\nx: "`)).toEqual({ kind: 'other' });
  });

  it('is refused for a platform that is none', () => {
    expect(apply(LEAST, { ...EDIT, platform: 'linux' })).toEqual({ kind: 'refused', reason: '"linux" is no platform.' });
  });

  it('is that of a step as well', () => {
    const step = { kind: 'step', project: 'demo', platform: 'linux/s390x', from: 1, to: 2 } as const;
    const text = change('build: on', 'build: on');
    const at = /step: (\d)/.exec(text.slice(text.indexOf('s390x')))?.[1];
    expect(apply(text, { ...step, from: Number(at), to: 4 })).toMatchObject({ kind: 'edited' });
    expect(apply(text, { ...step, platform: 'linux/riscv64' })).toEqual({ kind: 'refused', reason: 'it has no platform linux/riscv64.' });
    expect(apply(text, { ...step, project: 'other' })).toEqual({ kind: 'other' });
  });
});
