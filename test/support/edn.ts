/** A reader of as much EDN as a history of Jepsen has: maps, sets, keywords, strings, integers, nil. Written from the format's page. */
export type Edn = string | number | null | Keyword | Edn[] | Set<Edn> | Map<string, Edn>;

export class Keyword {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const token = /[\s,]*(#\{|[{}]|"(?:[^"\\]|\\.)*"|[^\s,{}"]+)/y;

/** Every form in the text, in order. */
export function readEdn(text: string): Edn[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) tokens.push(found[1] ?? '');
  const forms: Edn[] = [];
  let at = 0;
  const readForm = (): Edn => {
    const head = tokens[at];
    at += 1;
    if (head === undefined) throw new Error('the text ends within a form');
    if (head === '{' || head === '#{') {
      const inside: Edn[] = [];
      while (tokens[at] !== '}') inside.push(readForm());
      at += 1;
      return head === '#{' ? asSet(inside) : asMap(inside);
    }
    if (head === '}') throw new Error('a bracket too many');
    return readAtom(head);
  };
  while (at < tokens.length) forms.push(readForm());
  return forms;
}

function asSet(inside: Edn[]): Set<Edn> {
  const set = new Set(inside);
  // the format's page: a set with the same element twice is no set
  if (set.size !== inside.length) throw new Error('an element of a set stands there twice');
  return set;
}

function asMap(inside: Edn[]): Map<string, Edn> {
  const map = new Map<string, Edn>();
  for (let n = 0; n < inside.length; n += 2) {
    const [key, value] = [inside[n], inside[n + 1]];
    if (!(key instanceof Keyword) || value === undefined) throw new Error('a map wants keywords with values');
    map.set(key.name, value);
  }
  return map;
}

function readAtom(text: string): Edn {
  if (text.startsWith('"')) return JSON.parse(text);
  if (text.startsWith(':')) return new Keyword(text.slice(1));
  if (text === 'nil') return null;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new Error(`neither string, keyword, integer nor nil: ${text}`);
}
