import { decodeFromCompressedBase64, JsHistogram } from 'hdr-histogram-js';
import { FluxError } from '../../engine/domain/flux-error.ts';

/** A histogram of a result, in microseconds. @throws FluxError `result_unreadable` where the text is none */
export function decodeHistogram(text: string): JsHistogram {
  let histogram: unknown;
  try {
    histogram = decodeFromCompressedBase64(text);
  } catch (cause) {
    throw new FluxError('result_unreadable', 'a histogram of the result cannot be read: the file was changed or cut', {
      cause,
    });
  }
  if (!(histogram instanceof JsHistogram)) throw new TypeError('the library decoded into its WebAssembly form');
  return histogram;
}
