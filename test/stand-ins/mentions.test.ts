import { describe, expect, it } from 'vitest';
import { findMentions } from '../../demo/stand-ins/github/mention-scan.ts';

const handles = (text: string): string[] => findMentions(text).filter((m) => !m.quoted).map((m) => m.handle);

describe('the mentions that GitHub would see', () => {
  it.each([
    ['a person and a team, each once', '@olga and @octo/s390x-owners, and @Olga again', ['@olga', '@octo/s390x-owners']],
    ['a handle at the start of a line, after a bracket, before a full stop', 'hi\n@a-b. (@c) “@d”', ['@a-b', '@c', '@d']],
    ['no e-mail address', 'mail olga@example.org and foo@bar', []],
    ['no path and no package', 'see a/b@c and x@1.2, github.com/@foo/bar/baz', []],
    ['a person inside emphasis', '**@olga**, _@ivan_', ['@olga']],
    ['a handle after a backslash, which hides nothing', 'to \\@olga', ['@olga']],
    ['a handle whose sign is written as an entity', '&#64;olga &commat;ivan', ['@olga', '@ivan']],
    ['no handle that a comment cuts off from its sign', '@<!-- -->olga', []],
    ['no sign followed by a zero-width space', '@\u200bolga', []],
  ])('finds %s', (_what, text, expected) => {
    expect(handles(text)).toEqual(expected);
  });

  it.each([
    ['a code span', 'x `@olga` y'],
    ['a code span of two backquotes that holds one', 'x ``a ` @olga`` y'],
    ['a code span over two lines', 'x `a\n@olga` y'],
    ['a fence', '```\n@olga\n```'],
    ['a fence with a language and tildes', '~~~text\n@olga\n```\n@ivan\n~~~'],
    ['a fence inside a list item', '- item\n\n  ```\n  @olga\n  ```'],
    ['a fence that is never closed', '```\n@olga'],
    ['indented code', 'para\n\n    @olga\n'],
    ['a comment', 'a <!-- @olga --> b'],
    ['a comment over lines', '<!--\n@olga\n\n@ivan -->'],
    ['a link text', '[@olga](https://example.org)'],
    ['a code element', 'a <code>@olga</code> b'],
    ['a pre element', '<pre>\n@olga\n</pre>'],
    ['a fence inside details, after a blank line', '<details><summary>x</summary>\n\n```\n@olga\n```\n\n</details>'],
  ])('finds none in %s', (_what, text) => {
    expect(handles(text)).toEqual([]);
  });

  it.each([
    ['a code span whose other half is missing', 'x `@olga y'],
    ['a fence that cannot hold a backquote in its info', '``` a`b\n@olga'],
    ['text after a fence that was closed', '```\nx\n```\n@olga'],
    ['text after a longer fence that a shorter one does not close', '````\n```\n````\n@olga'],
    ['a cell next to one with an open backquote', '| a ` | @olga | ` |'],
    ['a cell of a table without outer bars', 'a ` | @olga `\n--- | ---'],
    ['raw HTML, where backquotes mean nothing', '<details><summary>`@olga`</summary>\n</details>'],
    ['a fence inside raw HTML without a blank line, which is none', '<details>\n```\n@olga\n```\n</details>'],
    ['an unclosed comment inside a line', 'a <!-- @olga'],
    ['a lazy line after a list', '- item\n    @olga'],
    ['a line that ends a list item and the fence inside it', '- ~~~\n@olga'],
    ['a heading, whose code does not go on below it', '# a `\n@olga `'],
    ['text between tags that a backslash made plain', '\\<pre>@olga</pre>'],
    ['an element of code that is never closed', '<code> @olga'],
  ])('finds the handle in %s', (_what, text) => {
    expect(handles(text)).toEqual(['@olga']);
  });

  it('tells a handle that is only quoted from one that is written', () => {
    expect(findMentions('> @olga said\n\n@ivan')).toEqual([{ handle: '@olga', quoted: true }, { handle: '@ivan', quoted: false }]);
    expect(findMentions('> @olga said\n\n@olga')).toEqual([{ handle: '@olga', quoted: false }]);
  });
});
