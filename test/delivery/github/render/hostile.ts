import fc from 'fast-check';

/** Names and messages that somebody might give a test to be heard beyond it. */
export const CORPUS: readonly string[] = [
  '@kubernetes/everyone please look', 'x@kubernetes', '(@octocat)', '_@octocat', '\u00e9@octocat', '@\u200boctocat', '&#64;octocat', '&commat;octocat', '\\@octocat',
  'fixes #12', 'Closes: kubernetes/kubernetes#12', 'resolves https://github.com/kubernetes/kubernetes/issues/12', 'fixed GH-12', '#12', 'a/b#12', '&#35;12',
  '```\n@octocat\n```', '````\n</details>@octocat', '`@octocat`', '``` `` `', '`', '``', '\\`@octocat', '~~~\n@octocat\n~~~', 'a`b``c```d````e',
  '</details></summary><script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<!-- archsignal:end -->', '<!-- archsignal:incident:x.1.1:0123456789abcdef0123456789abcdef01234567 -->', '-->', '<!--', '<b', '&lt;b&gt;',
  '[click](https://evil.example)', '![x](https://evil.example/x.png)', '[x]: https://evil.example', '](https://evil.example) @octocat', 'https://evil.example/@octocat', 'www.evil.example', 'javascript:alert(1)', '<https://evil.example>',
  '| a | b |', '|', '\\|', 'a\\', 'a\\|b', '\n| --- |\n', 'a\r\nb\rc\nd', '\n# heading\n> quote\n- list\n', '    indented', '\t@octocat',
  '\u202Eesrever\u202C', '\u2066x\u2069', '\u001b[31mred\u001b[0m', '\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007', '\u0000\u0007\u0008', '\u009b31m', '\ud800', 'x\udc00', '\u{E0040}\u{E0041}', '\uFEFF', '\u2028@octocat',
  '*bold* _it_ ~~no~~ $x$ [^1]', '\ud83d\ude00'.repeat(400), 'x'.repeat(5_000), '\n'.repeat(200), '', ' ', '`'.repeat(50), '@'.repeat(50), '\\'.repeat(51),
];

/** Any mixture of such pieces. */
export const hostile = (maxLength = 12): fc.Arbitrary<string> =>
  fc.array(fc.oneof(fc.constantFrom(...CORPUS.filter((c) => c.length < 200)), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength }).map((parts) => parts.join(''));
