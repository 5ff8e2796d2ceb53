import type { PanelName } from '../layout.ts';
import { answersPanel } from './answers-panel.ts';
import { factsPanel } from './facts-panel.ts';
import { faultsPanel } from './faults-panel.ts';
import { flowPanel } from './flow-panel.ts';
import { holdsPanel } from './holds-panel.ts';
import { invariantsPanel } from './invariants-panel.ts';
import { latencyPanel } from './latency-panel.ts';
import { logPanel } from './log-panel.ts';
import type { PanelLines } from './panel.ts';
import { processesPanel } from './processes-panel.ts';
import { productsPanel } from './products-panel.ts';
import { routesPanel } from './routes-panel.ts';
import { stockPanel } from './stock-panel.ts';
import { verdictPanel } from './verdict-panel.ts';

/** Each panel's title and what it says. */
export const panelTexts: Readonly<Record<PanelName, { readonly title: string; readonly lines: PanelLines }>> = {
  stock: { title: 'Stock', lines: stockPanel },
  verdict: { title: 'Invariants', lines: verdictPanel },
  answers: { title: 'Answers to orders', lines: answersPanel },
  latency: { title: 'Latency', lines: latencyPanel },
  facts: { title: 'Behind it', lines: factsPanel },
  flow: { title: 'Epoch and lag', lines: flowPanel },
  holds: { title: 'Holds by age', lines: holdsPanel },
  processes: { title: 'Processes', lines: processesPanel },
  faults: { title: 'Faults', lines: faultsPanel },
  log: { title: 'Log', lines: logPanel },
  routes: { title: 'Routes', lines: routesPanel },
  products: { title: 'Products', lines: productsPanel },
  invariants: { title: 'Verify', lines: invariantsPanel },
};
