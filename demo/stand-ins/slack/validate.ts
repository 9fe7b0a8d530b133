import type { Json } from './state.ts';

/** Slack's limits for Block Kit, in characters or pieces. */
const MAX = {
  blocks: 50, viewBlocks: 100, section: 3_000, field: 2_000, fields: 10, header: 150, context: 10, actions: 25, button: 75, value: 2_000, id: 255, url: 3_000,
  placeholder: 150, options: 100, option: 75, choice: 150, label: 2_000, input: 3_000, title: 24, metadata: 3_000,
} as const;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with these blocks, in Slack's manner; an empty list where nothing is. */
export function wrongBlocks(blocks: unknown, max: number = MAX.blocks): string[] {
  if (!Array.isArray(blocks)) return ['must provide an array [json-pointer:/blocks]'];
  const wrong: string[] = [];
  if (blocks.length > max) wrong.push(`no more than ${max} items allowed [json-pointer:/blocks]`);
  const ids = blocks.map((b: unknown) => (isObject(b) ? b['block_id'] : undefined)).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) wrong.push('block_id already exists [json-pointer:/blocks]');
  blocks.forEach((block: unknown, i) => {
    const at = `/blocks/${i}`;
    if (!isObject(block)) wrong.push(`must be an object [json-pointer:${at}]`);
    else wrong.push(...idTooLong(block, 'block_id', at), ...wrongBlock(block, at));
  });
  return wrong;
}

function wrongBlock(block: Json, at: string): string[] {
  switch (block['type']) {
    case 'header': return wrongText(block['text'], MAX.header, `${at}/text`, ['plain_text']);
    case 'section': return wrongSection(block, at);
    case 'context': return wrongContext(block['elements'], at);
    case 'actions': return wrongElements(block['elements'], MAX.actions, at);
    case 'input': return wrongInput(block, at);
    case 'image': return typeof block['image_url'] === 'string' && typeof block['alt_text'] === 'string' ? [] : [`missing required field [json-pointer:${at}]`];
    case 'divider': case 'rich_text': return [];
    default: return [`unsupported type: ${String(block['type'])} [json-pointer:${at}/type]`];
  }
}

function wrongSection(block: Json, at: string): string[] {
  const { text, fields, accessory } = block;
  if (text === undefined && fields === undefined) return [`either text or fields must be provided [json-pointer:${at}]`];
  const wrong = text === undefined ? [] : wrongText(text, MAX.section, `${at}/text`);
  if (fields !== undefined) {
    if (!Array.isArray(fields) || fields.length === 0) wrong.push(`must have at least 1 item [json-pointer:${at}/fields]`);
    else {
      if (fields.length > MAX.fields) wrong.push(`no more than ${MAX.fields} items allowed [json-pointer:${at}/fields]`);
      wrong.push(...fields.flatMap((f: unknown, i) => wrongText(f, MAX.field, `${at}/fields/${i}`)));
    }
  }
  return accessory === undefined ? wrong : [...wrong, ...wrongElement(accessory, `${at}/accessory`)];
}

function wrongContext(elements: unknown, at: string): string[] {
  if (!Array.isArray(elements) || elements.length === 0) return [`must have at least 1 item [json-pointer:${at}/elements]`];
  if (elements.length > MAX.context) return [`no more than ${MAX.context} items allowed [json-pointer:${at}/elements]`];
  return elements.flatMap((e: unknown, i) => (isObject(e) && e['type'] === 'image' ? [] : wrongText(e, MAX.section, `${at}/elements/${i}`)));
}

function wrongElements(elements: unknown, max: number, at: string): string[] {
  if (!Array.isArray(elements) || elements.length === 0) return [`must have at least 1 item [json-pointer:${at}/elements]`];
  if (elements.length > max) return [`no more than ${max} items allowed [json-pointer:${at}/elements]`];
  const ids = elements.map((e: unknown) => (isObject(e) ? e['action_id'] : undefined)).filter((id) => id !== undefined);
  const twice = new Set(ids).size < ids.length ? [`action_id already exists [json-pointer:${at}/elements]`] : [];
  return [...twice, ...elements.flatMap((e: unknown, i) => wrongElement(e, `${at}/elements/${i}`))];
}

function wrongElement(element: unknown, at: string): string[] {
  if (!isObject(element) || typeof element['type'] !== 'string') return [`must be an object [json-pointer:${at}]`];
  const id = idTooLong(element, 'action_id', at);
  switch (element['type']) {
    case 'button': return [...id, ...wrongButton(element, at)];
    case 'static_select': return [...id, ...wrongSelect(element, at)];
    case 'image': return [];
    default: return [...id, `unsupported type: ${element['type']} [json-pointer:${at}/type]`];
  }
}

function wrongButton(button: Json, at: string): string[] {
  const { style } = button;
  return [
    ...wrongText(button['text'], MAX.button, `${at}/text`, ['plain_text']), ...tooLong(button['value'], MAX.value, `${at}/value`), ...tooLong(button['url'], MAX.url, `${at}/url`),
    ...(style !== undefined && style !== 'primary' && style !== 'danger' ? [`invalid value [json-pointer:${at}/style]`] : []),
  ];
}

function wrongSelect({ placeholder, options }: Json, at: string): string[] {
  const wrong = placeholder === undefined ? [] : wrongText(placeholder, MAX.placeholder, `${at}/placeholder`, ['plain_text']);
  if (!Array.isArray(options) || options.length === 0) return [...wrong, `must have at least 1 item [json-pointer:${at}/options]`];
  if (options.length > MAX.options) wrong.push(`no more than ${MAX.options} items allowed [json-pointer:${at}/options]`);
  return [...wrong, ...options.flatMap((o: unknown, i) => !isObject(o) || typeof o['value'] !== 'string' || o['value'] === ''
    ? [`missing required field: value [json-pointer:${at}/options/${i}]`]
    : [...wrongText(o['text'], MAX.option, `${at}/options/${i}/text`, ['plain_text']), ...tooLong(o['value'], MAX.choice, `${at}/options/${i}/value`)])];
}

function wrongInput({ label, hint, element }: Json, at: string): string[] {
  const wrong = [...wrongText(label, MAX.label, `${at}/label`, ['plain_text']), ...(hint === undefined ? [] : wrongText(hint, MAX.label, `${at}/hint`, ['plain_text']))];
  if (!isObject(element) || element['type'] !== 'plain_text_input') return [...wrong, `must be a plain_text_input [json-pointer:${at}/element]`];
  const { max_length: most, min_length: least } = element;
  const outside = (n: unknown, from: number): boolean => n !== undefined && (typeof n !== 'number' || n < from || n > MAX.input);
  return [...wrong, ...idTooLong(element, 'action_id', `${at}/element`), ...(outside(most, 1) || outside(least, 0) ? [`invalid length [json-pointer:${at}/element]`] : [])];
}

/** What is wrong with a modal or a home tab; an empty list where nothing is. */
export function wrongView(view: unknown, kind: 'modal' | 'home'): string[] {
  if (!isObject(view)) return ['must be an object [json-pointer:/view]'];
  if (view['type'] !== kind) return [`must be ${kind} [json-pointer:/view/type]`];
  const { blocks, title, submit, close } = view;
  const wrong = [...wrongBlocks(blocks, MAX.viewBlocks), ...tooLong(view['private_metadata'], MAX.metadata, '/view/private_metadata'), ...idTooLong(view, 'callback_id', '/view')];
  if (kind === 'home') return wrong;
  wrong.push(...wrongText(title, MAX.title, '/view/title', ['plain_text']));
  for (const [name, word] of [['submit', submit], ['close', close]] as const) if (word !== undefined) wrong.push(...wrongText(word, MAX.title, `/view/${name}`, ['plain_text']));
  const asks = Array.isArray(blocks) && blocks.some((b: unknown) => isObject(b) && b['type'] === 'input');
  return asks && submit === undefined ? [...wrong, 'missing required field: submit [json-pointer:/view]'] : wrong;
}

function wrongText(text: unknown, max: number, at: string, types: readonly string[] = ['plain_text', 'mrkdwn']): string[] {
  if (!isObject(text) || typeof text['text'] !== 'string') return [`missing required field: text [json-pointer:${at}]`];
  if (!types.includes(String(text['type']))) return [`must be one of: ${types.join(', ')} [json-pointer:${at}/type]`];
  if (text['text'].length === 0) return [`must be more than 0 characters [json-pointer:${at}/text]`];
  if ([...text['text']].length > max) return [`must be less than ${max + 1} characters [json-pointer:${at}/text]`];
  return [];
}

const tooLong = (value: unknown, max: number, at: string): string[] =>
  typeof value === 'string' && value.length > max ? [`must be less than ${max + 1} characters [json-pointer:${at}]`] : [];

function idTooLong(object: Json, key: string, at: string): string[] {
  const id = object[key];
  return typeof id === 'string' && id.length > MAX.id ? [`must be less than ${MAX.id + 1} characters [json-pointer:${at}/${key}]`] : [];
}
