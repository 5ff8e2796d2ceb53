import { FluxError } from '../../engine/domain/flux-error.ts';

const headEnd = Buffer.from('\r\n\r\n');
/** Our own limit for headers; a longer head is not one of ours. */
const maxHeadBytes = 16 * 1024;
const statusLine = /^HTTP\/1\.[01] (\d{3})[ \r]/;
const contentLength = /\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?:\r|$)/i;
const transferEncoding = /\r\ntransfer-encoding:/i;

/**
 * Reads HTTP/1.1 answers off one connection, however its bytes are cut into packets, and says the status of each as soon as
 * its body is complete. Bodies are counted and thrown away: this is the generator of a benchmark, not a client.
 *
 * It understands what the benched servers send (RFC 9112, section 6.3, by content-length) and refuses anything else.
 */
export class AnswerParser {
  readonly #onAnswer: (status: number) => void;
  /** A head that is not complete yet; null where none has begun. */
  #head: Buffer | null = null;
  #status = 0;
  #bodyBytesLeft = 0;

  constructor(onAnswer: (status: number) => void) {
    this.#onAnswer = onAnswer;
  }

  /** Takes the next bytes; they are not kept after the call. @throws FluxError `fault` where they are no answer it knows */
  feed(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#bodyBytesLeft > 0) {
        const taken = Math.min(this.#bodyBytesLeft, bytes.length - at);
        at += taken;
        this.#bodyBytesLeft -= taken;
        if (this.#bodyBytesLeft === 0) this.#onAnswer(this.#status);
      } else {
        at = this.#head === null ? this.#freshHead(bytes, at) : this.#continuedHead(bytes, at);
      }
    }
  }

  /** The usual case: the whole head is in one packet. Gives back where the reading goes on. */
  #freshHead(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(headEnd, at);
    if (end < 0) {
      this.#head = Buffer.from(bytes.subarray(at));
      this.#refuseLongHead();
      return bytes.length;
    }
    this.#readHead(bytes.toString('latin1', at, end));
    return end + headEnd.length;
  }

  #continuedHead(bytes: Buffer, at: number): number {
    const before = this.#head?.length ?? 0;
    const joined = Buffer.concat([this.#head ?? Buffer.alloc(0), bytes.subarray(at)]);
    const end = joined.indexOf(headEnd);
    if (end < 0) {
      this.#head = joined;
      this.#refuseLongHead();
      return bytes.length;
    }
    this.#head = null;
    this.#readHead(joined.toString('latin1', 0, end));
    return at + end + headEnd.length - before;
  }

  #readHead(head: string): void {
    const status = statusLine.exec(`${head}\r`)?.[1];
    if (status === undefined) throw new FluxError('fault', `no HTTP answer: ${JSON.stringify(head.slice(0, 60))}`);
    this.#status = Number(status);
    // 1xx: the real answer follows
    if (this.#status < 200) return;
    const length = contentLength.exec(head)?.[1];
    const bodiless = this.#status === 204 || this.#status === 304;
    if (!bodiless && (length === undefined || transferEncoding.test(head)))
      throw new FluxError('fault', `an answer with status ${status} without a content-length`);
    this.#bodyBytesLeft = bodiless ? 0 : Number(length);
    if (this.#bodyBytesLeft === 0) this.#onAnswer(this.#status);
  }

  #refuseLongHead(): void {
    if ((this.#head?.length ?? 0) > maxHeadBytes)
      throw new FluxError('fault', `an answer's head is longer than ${maxHeadBytes} bytes`);
  }
}
