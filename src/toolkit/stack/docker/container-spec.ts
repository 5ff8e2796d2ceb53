/** What a service needs of its container. */
export interface ContainerSpec {
  readonly image: string;
  /** The port that it listens on inside. */
  readonly port: number;
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of its data inside; left out: it keeps none. */
  readonly dataFolder?: string;
}
