/** Digits of the running number in user and key: one length for every request, so that the head can be made once. */
const digits = 12;

/**
 * Makes requests for `POST /order` that differ in user and key alone. The head, its content-length included, is made once.
 * @param crowd stands in front of users and keys, so that no two runs share one
 */
export function orderRequests(options: {
  readonly host: string;
  readonly crowd: string;
  readonly saleId: string;
  readonly productId: string;
}): (n: number) => string {
  const { host, crowd, saleId, productId } = options;
  const tail = `","saleId":"${saleId}","productId":"${productId}","quantity":1}`;
  const bodyStart = `{"userId":"${crowd}u`;
  const length = Buffer.byteLength(bodyStart) + digits + Buffer.byteLength(tail);
  const head = `POST /order HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nx-idempotency-key: ${crowd}k`;
  const middle = `\r\n\r\n${bodyStart}`;
  return (n) => {
    const number = String(n).padStart(digits, '0');
    return head + number + middle + number + tail;
  };
}
