import { wrapKafkajsMethod } from './wrap-kafkajs-method.ts';

/**
 * kafkajs 2.2.4 disconnects both connections to a broker whenever one of them fails, also the one that has been closed for long,
 * and each time Node adds a listener to the socket that has gone: of the eleventh it warns (MaxListenersExceededWarning). What
 * is disconnected stays as it is.
 */
export function leaveGoneSocketsAlone(): void {
  wrapKafkajsMethod<Connection, Promise<boolean>>(
    { module: 'kafkajs/src/network/connection.js', method: 'disconnect' },
    (disconnect) =>
      async function disconnectOnce() {
        return (!this.isConnected() && this.socket?.destroyed) || disconnect.call(this);
      },
  );
}

interface Connection {
  readonly socket?: { readonly destroyed: boolean };
  isConnected(): boolean;
}
