import { Args, Flags } from '@oclif/core';
import type { AdminClient } from '../admin-client/admin-client.ts';
import { ServerCommand } from '../command/server-command.ts';
import type { Scenario } from './scenario.ts';

export const scenarioArg = {
  scenario: Args.string({ description: 'Scenario file, or the name of one that ships', required: true }),
};
export const targetFlag = {
  'i-own-this-target': Flags.boolean({ description: 'Allow a target that is not this machine' }),
};

/** A command that sends the crowd of a scenario at a running server. */
export abstract class LoadCommand extends ServerCommand {
  /** The scenario that was typed. @throws FluxError `scenario_invalid` */
  protected async openScenario(typed: string): Promise<Scenario> {
    const { readScenario } = await import('./read-scenario.ts');
    const { scenarioPath } = await import('./scenario-path.ts');
    return readScenario(scenarioPath(typed));
  }

  /** The server that the load goes to, which has to be this machine or claimed as one's own. @throws FluxError `usage` */
  protected async openTarget(flags: {
    readonly url?: string | undefined;
    readonly 'i-own-this-target': boolean;
  }): Promise<{ readonly server: AdminClient; readonly target: string; readonly adminToken: string | undefined }> {
    const { value: config } = await this.loadConfig(flags);
    const server = await this.openServer(flags);
    const { checkLoadTarget } = await import('./load-target.ts');
    const target = checkLoadTarget(server.url, flags['i-own-this-target']);
    return { server, target, adminToken: config.adminToken };
  }
}
