import type { FaultPlan } from '../plan/plan.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/** An orderly stop may take so long before the process ends. */
const stopMs = 300;

/**
 * Makes one planned thing go wrong now. Gives back what ends it, where it lasts; whoever injects it ends it once, after its
 * time or when the faults of the world are over.
 */
export function injectFault(world: World, fault: FaultPlan): (() => void) | null {
  const { services } = world;
  const { log } = services;
  switch (fault.kind) {
    case 'network':
      return services.network.disturb(fault);
    case 'kill': {
      const process = world.process(fault.process);
      process.kill();
      return () => process.start();
    }
    case 'deploy': {
      const process = world.process(fault.process);
      const { life } = process.actor;
      process.stop();
      services.scheduler.at(services.scheduler.nowMs + stopMs, () => {
        if (process.actor.life === life) process.kill();
      });
      return () => {
        if (process.actor.life === life) process.kill();
        process.start();
      };
    }
    case 'pause':
      return pauseProcess(world, world.process(fault.process));
    case 'pause_leader': {
      const leader = world.leader();
      return leader === null ? null : pauseProcess(world, leader);
    }
    case 'clock_jump':
      world.process(fault.process).clock.jump(fault.ms);
      return null;
    case 'gate_lose':
      world.gate.losable.lose();
      return null;
    case 'gate_restart':
      world.gate.losable.restart();
      return null;
    case 'gate_down': {
      const { actor, losable } = world.gate;
      actor.crash();
      return () => {
        actor.restart();
        losable.restart();
      };
    }
    case 'gate_pause':
      return pauseIt(world.gate.actor);
    case 'gate_failover':
      world.promote(fault.stay);
      return () => world.reunite(fault.stay);
    case 'gate_full': {
      const full = world.gate;
      full.fill();
      return () => full.hasRoom();
    }
    case 'gate_clock_jump':
      world.gate.clock.jump(fault.ms);
      return null;
    case 'ledger_full':
      services.ledgerWrites.refuse();
      return () => services.ledgerWrites.allow();
    case 'snapshot_cut':
      services.cuts.add(fault);
      return () => void services.cuts.delete(fault);
    case 'ledger_clock_jump':
      services.ledgerClock.jump(fault.ms);
      return null;
    case 'ledger_down':
      return takeDown(services.ledgerActor);
    case 'ledger_pause':
      return pauseIt(services.ledgerActor);
    case 'log_down':
      log.loseLeaders();
      return takeDown(log.actor);
    case 'log_pause':
      return pauseIt(log.actor);
    case 'log_leader_lost':
      log.loseLeaders();
      return null;
    case 'rebalance':
      log.rebalance();
      return null;
    case 'offsets_back':
      log.setBack(fault.entries);
      return null;
    case 'slow_disk':
      log.slowReplication(fault.ms);
      return () => log.slowReplication(0);
    case 'poison':
      log.poison(fault.partition);
      return null;
    default:
      return fault satisfies never;
  }
}

interface Stoppable {
  pause(): void;
  resume(): void;
  crash(): void;
  restart(): void;
}

/** Nobody hears of it: its consumers are missed once their session is over. */
function pauseProcess(world: World, process: SimulatedProcess): () => void {
  const resume = pauseIt(process.actor);
  world.services.log.missTheSilent();
  return resume;
}

function pauseIt(actor: Stoppable): () => void {
  actor.pause();
  return () => actor.resume();
}

function takeDown(actor: Stoppable): () => void {
  actor.crash();
  return () => actor.restart();
}
