/** Enough of a beginning to see what ran, and of an end to see how it went. In letters, of one command. */
const maxHead = 4_000;
const maxTail = 12_000;
/** Shown and kept of one line; a secret is at most 512 letters, so that masking before cutting leaves no half of one. */
const maxLine = 2_000;
const maxBuffered = 64_000;

/** What a command said, line by line and masked, with a bound: a command may say gigabytes. */
export class BoundedOutput {
  #head = '';
  #tail: string[] = [];
  #tailLength = 0;
  #leftOut = 0;
  readonly #mask: (text: string) => string;
  readonly #tell: (line: string) => void;

  constructor(use: { readonly mask: (text: string) => string; readonly tell: (line: string) => void }) {
    this.#mask = use.mask;
    this.#tell = use.tell;
  }

  /** A receiver for one stream of it: the lines of two streams do not get mixed. Call `end` when it has ended. */
  stream(): { write(text: string): void; end(): void } {
    let buffered = '';
    let skipping = false;
    const flush = (line: string): void => {
      if (!skipping) this.#add(line);
      skipping = false;
    };
    return {
      write: (text) => {
        buffered += text;
        const lines = buffered.split('\n');
        buffered = lines.pop() ?? '';
        for (const line of lines) flush(line);
        if (buffered.length <= maxBuffered) return;
        flush(buffered);
        buffered = '';
        skipping = true; // the rest of this line
      },
      end: () => {
        if (buffered !== '') flush(buffered);
        buffered = '';
      },
    };
  }

  get text(): string {
    const between = this.#leftOut === 0 ? '' : `... ${this.#leftOut} lines left out ...\n`;
    return this.#head + between + this.#tail.join('');
  }

  #add(raw: string): void {
    const masked = this.#mask(raw.replace(/\r$/, ''));
    const line = masked.length > maxLine ? `${masked.slice(0, maxLine)} ...` : masked;
    this.#tell(line);
    const text = `${line}\n`;
    if (this.#tail.length === 0 && this.#head.length + text.length <= maxHead) {
      this.#head += text;
      return;
    }
    this.#tail.push(text);
    this.#tailLength += text.length;
    while (this.#tailLength > maxTail) {
      this.#tailLength -= this.#tail.shift()?.length ?? 0;
      this.#leftOut += 1;
    }
  }
}
