import { describe, expect, it } from 'vitest';
import { sanitize } from '../../demo/stand-ins/github/sanitize.ts';

const rules = { issue: (n: number) => `/o/r/issues/${n}`, commit: (sha: string) => `/o/r/commit/${sha}` };
const clean = (html: string): string => sanitize(html, rules);

describe('what the GitHub stand-in lets through of a text\'s HTML', () => {
  it.each([
    ['scripts with their content', '<p>a<script>alert(1)</script>b</p>', '<p>ab</p>'],
    ['tags that it does not know', '<img src=x onerror=alert(1)><form>x</form>', 'x'],
    ['attributes that could act', '<a href="javascript:alert(1)" onclick="x">y</a>', '<a>y</a>'],
    ['comments', 'a<!-- archsignal:x -->b', 'ab'],
    ['an end without a beginning', '</div></main>x', 'x'],
  ])('leaves out %s', (_what, html, expected) => {
    expect(clean(html)).toBe(expected);
  });

  it('closes what was left open, in order', () => {
    expect(clean('<details open><summary>a<b>b</details>c<ul><li>')).toBe('<details open><summary>a<b>b</b></summary></details>c<ul><li></li></ul>');
  });

  it('shows mentions, numbers, commits and emoji as a reader of GitHub sees them, but not in code', () => {
    const sha = '9f3c2ab41d7e5c0b8a6f1e2d3c4b5a6978877665';
    expect(clean(`<p>@octo/owners #12 :eyes: ${sha}</p>`)).toBe(`<p><strong class="mention">@octo/owners</strong> <a href="/o/r/issues/12">#12</a> 👀 <a href="/o/r/commit/${sha}"><code>9f3c2ab</code></a></p>`);
    expect(clean('<code>@octo #12 :eyes:</code> a@b.c &#39;')).toBe('<code>@octo #12 :eyes:</code> a@b.c &#39;');
  });
});
