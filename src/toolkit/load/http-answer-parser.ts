import { FluxError } from '../../engine/domain/flux-error.ts';

/** One answer. The body is cut at `maxBodyBytes`; what is judged of it stands at its beginning. */
export interface ParsedAnswer {
  readonly status: number;
  /** Status line and header lines, as they came. */
  readonly head: string;
  readonly body: string;
  /** Whether the connection can carry another request. */
  readonly keepAlive: boolean;
}

/** Ours are under 1 KB. */
const maxHeadBytes = 64 * 1024;
/** An answer of ours is under 2 KB; the rest of anything longer is read and thrown away. */
const maxBodyBytes = 16 * 1024;
const crlf = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: |\r|$)/;

type State = 'head' | 'counted' | 'to_end' | 'chunk_size' | 'chunk' | 'chunk_end' | 'trailer';

/**
 * Reads HTTP/1.1 answers off one connection, however its bytes are cut into packets: lengths, chunks and bodies that end
 * with the connection (RFC 9112, sections 6 and 7). An HTTP client would do the same, at several times the processor time,
 * and the generator has to stay out of its own measurement.
 */
export class HttpAnswerParser {
  readonly #onAnswer: (answer: ParsedAnswer) => void;
  #state: State = 'head';
  /** Bytes of a head, a chunk's size line or a trailer that are not complete yet; null where there are none. */
  #rest: Buffer | null = null;
  #bytesLeft = 0;
  #status = 0;
  #head = '';
  #keepAlive = true;
  #body: Buffer[] = [];
  #bodyBytes = 0;

  constructor(onAnswer: (answer: ParsedAnswer) => void) {
    this.#onAnswer = onAnswer;
  }

  /** Takes the next bytes; they are not kept after the call. @throws FluxError `fault` where they are no HTTP answer */
  feed(bytes: Buffer): void {
    let left: Buffer | null = this.#rest === null ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = null;
    while (left !== null && left.length > 0) left = this.#step(left);
  }

  /** The server closed the connection. True where that ended an answer, as it may (RFC 9112, section 6.3, rule 8). */
  end(): boolean {
    if (this.#state !== 'to_end') return false;
    this.#answer();
    return true;
  }

  /** Reads one part; gives back what is left, or null where more has to come first. */
  #step(bytes: Buffer): Buffer | null {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'counted':
      case 'to_end':
      case 'chunk':
        return this.#readBody(bytes);
      case 'chunk_size':
      case 'chunk_end':
      case 'trailer':
        return this.#readLine(bytes);
      default:
        return this.#state satisfies never;
    }
  }

  #readHead(bytes: Buffer): Buffer | null {
    const end = bytes.indexOf(headEnd);
    if (end < 0) return this.#keep(bytes);
    const head = bytes.toString('latin1', 0, end);
    const [, minor, status] = statusLine.exec(head) ?? [];
    if (status === undefined) throw new FluxError('fault', `no HTTP answer: ${JSON.stringify(head.slice(0, 60))}`);
    const rest = bytes.subarray(end + headEnd.length);
    this.#status = Number(status);
    // 1xx: the real answer follows
    if (this.#status < 200) return rest;
    this.#head = head;
    const connection = headerOf(head, 'connection')?.toLowerCase();
    this.#keepAlive = minor === '1' ? connection !== 'close' : connection === 'keep-alive';
    this.#beginBody();
    return rest;
  }

  #beginBody(): void {
    const length = headerOf(this.#head, 'content-length');
    const coding = headerOf(this.#head, 'transfer-encoding')?.toLowerCase();
    if (this.#status === 204 || this.#status === 304) this.#answer();
    else if (coding?.endsWith('chunked')) this.#state = 'chunk_size';
    else if (length === undefined || coding !== undefined) {
      this.#keepAlive = false;
      this.#state = 'to_end';
    } else {
      if (!/^\d{1,15}$/.test(length)) throw new FluxError('fault', `an answer of "${length}" bytes`);
      this.#bytesLeft = Number(length);
      this.#state = 'counted';
      if (this.#bytesLeft === 0) this.#answer();
    }
  }

  #readBody(bytes: Buffer): Buffer | null {
    const taken = this.#state === 'to_end' ? bytes.length : Math.min(this.#bytesLeft, bytes.length);
    const room = Math.min(taken, maxBodyBytes - this.#bodyBytes);
    const all = taken === this.#bytesLeft && this.#state === 'counted';
    if (room > 0) {
      const part = bytes.subarray(0, room);
      // the caller's bytes are gone after the call: a body that goes on is copied
      this.#body.push(all ? part : Buffer.from(part));
      this.#bodyBytes += room;
    }
    if (this.#state !== 'to_end') this.#bytesLeft -= taken;
    if (this.#bytesLeft === 0 && this.#state === 'counted') this.#answer();
    else if (this.#bytesLeft === 0 && this.#state === 'chunk') this.#state = 'chunk_end';
    return bytes.subarray(taken);
  }

  #readLine(bytes: Buffer): Buffer | null {
    const end = bytes.indexOf(crlf);
    if (end < 0) return this.#keep(bytes);
    const line = bytes.toString('latin1', 0, end);
    const rest = bytes.subarray(end + crlf.length);
    if (this.#state === 'chunk_size') {
      const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;|$)/.exec(line)?.[1];
      if (size === undefined) throw new FluxError('fault', `no size of a chunk: ${JSON.stringify(line.slice(0, 60))}`);
      this.#bytesLeft = Number.parseInt(size, 16);
      this.#state = this.#bytesLeft === 0 ? 'trailer' : 'chunk';
    } else if (line !== '') {
      if (this.#state === 'chunk_end') throw new FluxError('fault', 'a chunk is longer than it said');
    } else if (this.#state === 'chunk_end') this.#state = 'chunk_size';
    else this.#answer();
    return rest;
  }

  #keep(bytes: Buffer): null {
    if (bytes.length > maxHeadBytes) throw new FluxError('fault', `a head is longer than ${maxHeadBytes} bytes`);
    this.#rest = Buffer.from(bytes);
    return null;
  }

  #answer(): void {
    const [first, ...others] = this.#body;
    const body = first === undefined ? '' : (others.length === 0 ? first : Buffer.concat(this.#body)).toString('utf8');
    const answer = { status: this.#status, head: this.#head, body, keepAlive: this.#keepAlive };
    this.#state = 'head';
    this.#body = [];
    this.#bodyBytes = 0;
    this.#bytesLeft = 0;
    this.#onAnswer(answer);
  }
}

/** The value of a header in a head as it came; undefined where it has none. `name` is in lower case. */
export function headerOf(head: string, name: string): string | undefined {
  return patternOf(name).exec(head)?.[1];
}

const patterns = new Map<string, RegExp>();

function patternOf(name: string): RegExp {
  let pattern = patterns.get(name);
  if (pattern === undefined) {
    pattern = new RegExp(`\\r\\n${name}:[ \\t]*([^\\r]*?)[ \\t]*(?:\\r|$)`, 'i');
    patterns.set(name, pattern);
  }
  return pattern;
}
