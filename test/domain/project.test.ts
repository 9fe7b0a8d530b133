import { describe, expect, it } from 'vitest';
import { fileShown } from '../../src/domain/project.ts';

describe('the configuration\'s file, as people read of it,', () => {
  it.each([
    ['config/demo.yml', 'config/demo.yml'], ['./config/demo.yml', 'config/demo.yml'], ['.github/archsignal.yml', '.github/archsignal.yml'], ['demo.yml', 'demo.yml'],
    ['/srv/archsignal/of-otto/demo.yml', 'demo.yml'], ['../private/demo.yml', 'demo.yml'], ['C:\\Users\\otto\\demo.yml', 'demo.yml'],
  ])('is for %s: %s', (file, shown) => { expect(fileShown({ file })).toBe(shown); });
});
