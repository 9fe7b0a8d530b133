import fc from 'fast-check';

/** Texts that names of tests, logs and messages have been seen to hold, or might. */
export const HOSTILE: readonly string[] = [
  '<!channel>', '<!here>', '<!everyone|everyone>', '<!subteam^S123|@admins>', '<@U0123456>', '<@U0123456|olga>', '<#C0123456|general>', '<!date^0^{date}|x>',
  '@here @channel @everyone please look', '<https://evil.example|https://github.com/kubernetes>', '<javascript:alert(1)|logs>', '<mailto:a@b.c|x>',
  'https://evil.example/?x=<!channel>|label>', 'https://evil.example|x', '&lt;!channel&gt; &amp;lt;', 'a & b < c > d', '&#60;!channel&#62;',
  '```\nfree\n```', '`code` *bold* _it_ ~no~', '```', '`', '> quote\n>>> more', ':tada: :red_circle:', '|||', '>|<',
  'line one\nline two\r\nline three\u2028four\u2029five', 'tab\tand\u0000zero\u0007bell\u001b[31mred', '\u202Eevil\u202C \u2066x\u2069', '\u200B@\u200Bhere', '@\u200Bhere', '<\u200B!channel>',
  '\ud800 lone \udc00', 'A'.repeat(100_000), '<'.repeat(10_000), '&'.repeat(10_000), '😀'.repeat(5_000), '', '   ', '\n\n\n',
  '[sig-network] Services "should" <nil> != &v1.Pod{Name:"x"}', 'fixes #1, closes kubernetes/kubernetes#2', '<!-- archsignal:issue:1:mac -->', '/arch approve',
];

const fragment = fc.constantFrom('<', '>', '&', '|', '!', '@', '#', '`', '```', '*', '_', '~', ':', '\n', '\r', '\u0000', '\u202E', '\u200B', '\u2028', '\ud83d', '<!channel>', '<@U1>', '@here', '&lt;', 'https://', 'a', ' ');

/** Any text, or one put together from the pieces that markup is made of. */
export const hostileText = (): fc.Arbitrary<string> => fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }), fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')), fc.constantFrom(...HOSTILE), fc.webUrl(),
);

/** Everything between angle brackets. */
export const tokens = (markup: string): string[] => markup.match(/<[^>]*>?/g) ?? [];
