import { REPO } from '../orrery.ts';
import { seen, type Step } from '../step.ts';

const FILE = 'catalogue/index.c';
const FIXED = 'uint32_t star = le32toh(record->star);  /* the file has the low byte first, whatever reads it */\n';

export const fix: Step = {
  title: 'What was tried, and what should mend it',
  about: 'kofi, olga\'s colleague, writes down what he tried, so that nobody tries it twice, and names the pull request that should mend it. It is watched: were it merged and linux/s390x still red, that would be said.',
  async play(stage) {
    const mark = stage.mark();
    const { github } = stage.world;
    const issue = stage.kept('s390x');
    const kofi = github.person('kofi');
    await kofi.commit(REPO, FILE, FIXED, 'byte-order');
    const pull = await kofi.openPull(REPO, { title: 'Read star numbers in the byte order of the file', body: 'So that an index which was written on another machine is understood.', head: 'byte-order' });
    await stage.tell('People', `kofi opens pull request #${pull.number}: ${pull.title}`, `${github.url}/${REPO}/pull/${pull.number}`);
    await stage.comments('kofi', issue, `/arch attempt built the index on linux/s390x itself: then it is found\n/arch fixed-by #${pull.number}`);
    await stage.sees('both commands are answered in one comment', () => {
      const texts = stage.since(mark).comments.map((c) => c.body);
      return seen(texts.length === 1 && ['/arch attempt', '/arch fixed-by', `#${pull.number}`].every((w) => texts[0]?.includes(w)), texts);
    });
    await stage.sees('Slack\'s threads tell of both', () => {
      const texts = stage.since(mark).replies.map((m) => m.text);
      return seen(texts.filter((t) => t.includes('built the index')).length === 2 && texts.filter((t) => t.includes('fixes it')).length === 2, texts);
    });
    await stage.tell('People', `#${pull.number} is reviewed and merged.`);
    await github.person('olga').merge(pull);
    await stage.sees('the merge is noticed', () => {
      const texts = stage.since(mark).replies.map((m) => m.text);
      return seen(texts.filter((t) => t.includes('is merged')).length === 2, texts);
    });
    await stage.holds('the issue stays open: only green runs end it', () => seen(issue.state === 'open' && stage.since(mark).asked.length === 0, [issue.state, ...stage.since(mark).asked]));
  },
};
