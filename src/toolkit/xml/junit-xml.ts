// An XML library would bring a parser and namespaces for what is four elements and one escaping rule.

import { escapeXml } from './escape-xml.ts';

/** Test suites as a document of their own. */
export function junitDocument(lines: readonly string[]): string {
  return `${['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...lines, '</testsuites>'].join('\n')}\n`;
}

/** Attributes of an element, each with a blank in front. */
export function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}
