import { expect, it } from 'vitest';
import { stepIn } from '../../src/config/step-in.ts';

it('finds a platform\'s step in a text that has other mistakes, however the platform is spelled', () => {
  expect(stepIn('nonsense: [1]\nplatforms:\n  linux/arm64/v8: { step: 2, ownerz: [] }\n', 'linux/arm64')).toBe(2);
  expect(stepIn('platforms: { linux/s390x: { step: 0 } }', 'linux/s390x')).toBe(0);
});

it.each(['', '- a', 'platforms: {', 'platforms: { linux/s390x: { step: two } }', 'platforms: { linux/arm64: { step: 2 } }', 'a: &a [*a]'])('finds none in %j', (text) => {
  expect(stepIn(text, 'linux/s390x')).toBeNull();
});
