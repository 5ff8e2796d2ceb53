import type { AdminClient } from '../admin-client/admin-client.ts';
import { serverFlags } from './config-flags.ts';
import { FluxCommand } from './flux-command.ts';

/** A command that asks something of a running `fluxgate serve`. */
export abstract class ServerCommand extends FluxCommand {
  static override baseFlags = serverFlags;

  /** A client of the server that `--url` names or that runs on the data folder. Closed when the command ends. */
  protected async openServer(flags: { readonly url?: string | undefined }): Promise<AdminClient> {
    const { value: config } = await this.loadConfig(flags);
    const { openAdminClient } = await import('../admin-client/admin-client.ts');
    const { serverAddress } = await import('../admin-client/server-address.ts');
    const client = openAdminClient(config.url ?? (await serverAddress(config.dataDir)), config.adminToken);
    this.atEnd(() => client.close());
    return client;
  }
}
