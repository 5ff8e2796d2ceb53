import { escapeXml } from '../xml/escape-xml.ts';

/** A piece of SVG whose texts and attributes are escaped. Made by `element` and `text` only. */
export interface Svg {
  readonly svg: string;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element. Numbers are rounded to a hundredth of a pixel, attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, ...children: readonly Svg[]): Svg {
  const head = `<${name}${attributesText(attributes)}`;
  if (children.length === 0) return { svg: `${head}/>` };
  return { svg: `${head}>${children.map(({ svg }) => svg).join('')}</${name}>` };
}

export function text(content: string): Svg {
  return { svg: escapeXml(content) };
}

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? pixels(value) : escapeXml(String(value))}"`)
    .join('');
}

export function pixels(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Pixels that a text takes, about: no fonts are at hand. A little too wide rather than too narrow. */
export function widthOf(content: string, fontSize: number): number {
  return content.length * fontSize * 0.56;
}
