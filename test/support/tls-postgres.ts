import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { makeKeystore } from './kafka-keystore.ts';
import { freePort } from './redis-process.ts';

/** A PostgreSQL behind TLS, whose certificate is for `hosts` (in keytool's words). */
export interface TlsPostgres {
  readonly port: number;
  /** The certificate, in a file. */
  readonly caFile: string;
  close(): void;
}

/** What a client asks with before it speaks TLS (PostgreSQL manual, "SSL Session Encryption"). */
const sslRequestBytes = 8;

/** Ends TLS in front of a PostgreSQL that has none: the one of npm is built without a certificate. */
export async function startTlsPostgres(folder: string, hosts: string, upstreamPort: number): Promise<TlsPostgres> {
  const { settings } = await makeKeystore(folder, hosts);
  const pfx = readFileSync(join(folder, 'broker.p12'));
  const passphrase = String(settings['ssl.keystore.password']);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()); // a client that does not believe us leaves without a word
    socket.once('data', (request) => {
      if (request.length !== sslRequestBytes) {
        socket.destroy();
        return;
      }
      socket.write('S');
      const secure = new TLSSocket(socket, { isServer: true, pfx, passphrase });
      const upstream = connect(upstreamPort, '127.0.0.1');
      sockets.add(upstream);
      secure.on('error', () => upstream.destroy());
      upstream.on('error', () => secure.destroy());
      secure.pipe(upstream).pipe(secure);
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    caFile: join(folder, 'broker.pem'),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
