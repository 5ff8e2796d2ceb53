/** What a value of an axis is; said at its ticks. */
export type Unit = 'seconds' | 'milliseconds' | 'perSecond' | 'count' | 'cores' | 'share' | 'bytes';

/** Of the palette (plot-style.ts). The same thing has the same colour in every plot of a report. */
export type Colour = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** How the eye is to take a stretch of time. Never said by colour alone: every span has its label. */
export type Tone = 'neutral' | 'good' | 'warn' | 'bad';

/** x in seconds; null where nothing was measured: the line has a gap there. */
export type Point = readonly [x: number, y: number | null];

export interface Series {
  /** `stack` areas lie on each other in their order, and need the same x each; a `line` stands for itself. */
  readonly kind: 'line' | 'stack';
  readonly name: string;
  readonly points: readonly Point[];
  /** Default: the next one of the palette. */
  readonly colour?: Colour;
  readonly dashed?: boolean;
}

/** A stretch of time that is marked behind the series. */
export interface Span {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly label: string;
  readonly tone: Tone;
}

/** A moment with a name. */
export interface Moment {
  readonly atSeconds: number;
  readonly label: string;
  readonly tone: Tone;
}

/** A value to compare with, such as a threshold. */
export interface Level {
  readonly value: number;
  readonly label: string;
}

/** Series over time, in seconds. */
export interface Plot {
  /** Of this plot alone in its page: ids of its parts begin with it. Letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What can be seen in it, for those who do not see it. */
  readonly description: string;
  readonly unit: Unit;
  /** Default linear from 0. Values of 0 have no place on a logarithmic axis: they stand at its lower end. */
  readonly scale?: 'linear' | 'log';
  readonly seconds: readonly [from: number, to: number];
  readonly series: readonly Series[];
  readonly spans?: readonly Span[];
  readonly moments?: readonly Moment[];
  readonly levels?: readonly Level[];
  /** What else is told where one points at a moment, such as how many answers a percentile is of. */
  readonly notes?: readonly (readonly [x: number, text: string])[];
  /** Of the plot's own area, without legend and axes. Default 200. */
  readonly heightPixels?: number;
  /** Room for what stands left of the axis. Default 72; `leftRoomOf` a timeline where both are to be aligned. */
  readonly leftPixels?: number;
}

/** What happened when, a lane each. */
export interface Timeline {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly seconds: readonly [from: number, to: number];
  readonly lanes: readonly Lane[];
}

export interface Lane {
  readonly name: string;
  readonly spans: readonly Span[];
  readonly moments?: readonly Moment[];
}

/** Where a picture is to stand. */
export interface Setting {
  /** A file of its own, with style and ground; without it the page has `plotStyle`. */
  readonly standalone?: boolean;
}
