import { expect, it } from 'vitest';
import { readEnv } from '../src/env.ts';

it('takes what repositories\' files may reach as lists, and nothing where nothing is said', () => {
  expect(readEnv({})).toMatchObject({ REPOSITORY_HOSTS: [], REPOSITORY_CHANNELS: [] });
  expect(readEnv({ REPOSITORY_HOSTS: ' testgrid.k8s.io,ci.example.org:8443  *.k8s.io ', REPOSITORY_CHANNELS: '#ci, C0123456789' }))
    .toMatchObject({ REPOSITORY_HOSTS: ['testgrid.k8s.io', 'ci.example.org:8443', '*.k8s.io'], REPOSITORY_CHANNELS: ['#ci', 'C0123456789'] });
});

it.each([
  ['REPOSITORY_HOSTS', 'a.example, https://b.example'], ['REPOSITORY_HOSTS', '*'], ['REPOSITORY_HOSTS', 'a.example/path'], ['REPOSITORY_CHANNELS', '#ci general'],
])('refuses %s=%s, with what is wrong in it', (name, value) => {
  expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`^${name}: expected .* found "${value.split(/[\s,]+/).at(-1)?.replace('*', '\\*')}"$`));
});
