/** Text that stands in HTML as it is. Made by `html` and `trusted` only. */
export interface Html {
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Our own constants, such as style and script. Never anything that came in. */
export function trusted(text: string): Html {
  return { html: text };
}

type Piece = Html | string | number | null | readonly Html[];

function textOf(piece: Piece): string {
  if (piece === null) return '';
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return 'html' in piece ? piece.html : piece.map(({ html: text }) => text).join('');
}

/** A template whose values are escaped, unless they are Html themselves. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  let text = parts[0] ?? '';
  for (const [index, piece] of pieces.entries()) text += textOf(piece) + (parts[index + 1] ?? '');
  return { html: text };
}
