import { seen, type Step } from '../step.ts';
import { byteOrder } from '../troubles.ts';

export const joins: Step = {
  title: 'A second job joins',
  about: 'Now unit fails on linux/s390x too. It is still one breakage of one platform: it belongs into the same issue, and its owners know already.',
  async play(stage) {
    const mark = stage.mark();
    const issue = stage.kept('s390x');
    const reds = { 'linux/s390x e2e': byteOrder.e2e, 'linux/s390x unit': byteOrder.unit };
    await stage.round(reds, { says: (commit) => `unit on linux/s390x is red too, at commit ${commit}; e2e has not recovered.`, job: 'linux/s390x unit' });
    await stage.round(reds, { says: () => 'Both are red again.' });
    await stage.round(reds, { says: () => 'And a third time.' });
    await stage.sees(`no second issue: one comment on #${issue.number}, and its title names both jobs`, () => {
      const { issues, comments } = stage.since(mark);
      return seen(issues.length === 0 && comments.length === 1 && comments[0]?.issue === issue && /unit/.test(issue.title) && /e2e/.test(issue.title), [issue.title, ...issues.map((i) => i.title), ...comments.map((c) => c.body)]);
    });
    await stage.sees('both Slack messages name both jobs', () => {
      const texts = stage.messagesAbout(issue).map((m) => m.text);
      return seen(texts.length === 2 && texts.every((t) => t.includes('unit') && t.includes('e2e')), texts);
    });
    await stage.holds('nobody is asked again', () => seen(stage.since(mark).asked.length === 0, stage.since(mark).asked));
  },
};
