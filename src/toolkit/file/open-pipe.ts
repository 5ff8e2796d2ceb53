import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * The pipe behind `/dev/stdin`, or behind what a shell makes of `<(command)`: it is open already and somebody writes into it, so it
 * is read like a file. Undefined for everything else, a pipe with a name among it.
 */
export function openPipe(path: string): AsyncIterable<Buffer> | undefined {
  const fd = openPipeFd(path);
  // not through the file system: a read there waits in a thread, and the process cannot end before it
  return fd === undefined ? undefined : new Socket({ fd, readable: true, writable: false });
}

/** Its number; undefined where the path names no pipe that this process was given. */
export function openPipeFd(path: string): number | undefined {
  const number = path === '/dev/stdin' ? '0' : /^\/(?:dev|proc\/self)\/fd\/(\d{1,9})$/.exec(path)?.[1];
  return number !== undefined && isPipe(Number(number)) ? Number(number) : undefined;
}

/** A parent in Node gives its child a socket for a pipe. */
function isPipe(fd: number): boolean {
  try {
    const about = fstatSync(fd);
    return about.isFIFO() || about.isSocket();
  } catch {
    return false; // closed: whoever opens it hears why
  }
}
