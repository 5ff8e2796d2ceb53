/** Names of elements that were opened and not closed, or closed out of turn: empty where SVG is well formed in that respect. */
export function openElements(svg: string): readonly string[] {
  const open: string[] = [];
  for (const [, slash, name = '', , end] of svg.matchAll(/<(\/?)([a-zA-Z]+)((?:\s[a-zA-Z:-]+="[^"<]*")*)(\/?)>/g)) {
    if (slash === '' && end === '') open.push(name);
    if (slash === '/' && open.pop() !== name) return [name];
  }
  const loose = svg.replace(/<(\/?)([a-zA-Z]+)((?:\s[a-zA-Z:-]+="[^"<]*")*)(\/?)>/g, '');
  return loose.includes('<') ? ['something that is no element'] : open;
}
