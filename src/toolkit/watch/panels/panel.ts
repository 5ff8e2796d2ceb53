import type { Scene } from '../scene.ts';
import type { Line } from '../styled-line.ts';

export interface PanelSize {
  readonly width: number;
  readonly height: number;
}

/** What a panel says of a scene, in at most `height` lines; what is longer than `width` is cut. Pure. */
export type PanelLines = (scene: Scene, size: PanelSize) => readonly Line[];
