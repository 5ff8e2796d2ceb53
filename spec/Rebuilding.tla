----------------------------- MODULE Rebuilding -----------------------------
(* rebuild-gate.ts, step by step in the order of docs/architecture.md. A controller is one at a time by a lease whose token
   the ledger compares; one that has lost it may go on for a while with all that needs no write to the ledger.            *)
EXTENDS Recording

At(c, pc) == rebuild[c].pc = pc
Steps(c, pc) == rebuild' = [rebuild EXCEPT ![c].pc = pc]
Stops(c) == rebuild' = [rebuild EXCEPT ![c] = NoRebuild]
Leads(c) == ledger.leader = c

\* The lease runs out while its holder is paused or cut off: another candidate takes it.
TakeOver(c) ==
  /\ ledger.leader # c /\ CanFail("take-over") /\ Fails
  /\ ledger' = [ledger EXCEPT !.leader = c]
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, duty, reading, answers>>

Dies(c) ==
  /\ rebuild[c] # NoRebuild \/ duty[c] # NoDuty
  /\ CanFail("controller-dies") /\ Fails
  /\ Stops(c) /\ duty' = [duty EXCEPT ![c] = NoDuty]
  /\ UNCHANGED <<gates, losing, log, sending, ledger, server, reading, answers>>

\* A fence that does not stand is reported to the ledger by whoever meets it, and an epoch that was never opened is taken
\* anew (controller.ts, epochs-wanted.sql). "needless": a report that was true when it was made.
Wanted(c) ==
  IF ledger.open THEN ~Stands(GateOf(c), ledger.epoch, "open") ELSE ~Bug("unopened-epoch-forgotten")

\* 1: the next epoch. "unknown-commit": it is taken, and the controller does not know.
TakeEpoch(c) ==
  /\ At(c, "idle") /\ duty[c] = NoDuty /\ Leads(c) /\ ledger.epoch < MaxEpoch
  /\ ledger' = [ledger EXCEPT !.epoch = @ + 1, !.open = FALSE]
  /\ LET taken == rebuild' = [rebuild EXCEPT ![c].pc = "raise", ![c].epoch = ledger.epoch + 1] IN
     \/ Wanted(c) /\ taken /\ UNCHANGED left
     \/ Wanted(c) /\ CanFail("unknown-commit") /\ Fails /\ UNCHANGED rebuild
     \/ ~Wanted(c) /\ CanFail("needless") /\ Fails /\ taken
  /\ UNCHANGED <<gates, losing, log, sending, server, duty, reading, answers>>

\* 2: nothing older holds from here on; a gate that cannot be reached is no reason to stop.
RaiseFence(c) ==
  /\ At(c, "raise") /\ Steps(c, "servers")
  /\ \/ SetGate(c, Raised(GateOf(c), rebuild[c].epoch)) /\ UNCHANGED left
     \/ CanFail("unreachable") /\ Fails /\ UNCHANGED gates
  /\ UNCHANGED <<losing, log, sending, ledger, server, duty, reading, answers>>

\* 3: every server has seen the epoch, or its lease is over; then the append deadline of whatever they had begun.
Quiesced(c) ==
  /\ At(c, "servers") /\ Steps(c, "mark")
  /\ Bug("no-wait-for-servers") \/ \A s \in Servers : ledger.rows[s].seen >= rebuild[c].epoch \/ ~ledger.rows[s].fresh
  /\ server' = [s \in Servers |->
       IF Way(s).pc # "idle" /\ Way(s).epoch < rebuild[c].epoch /\ ~Bug("marker-before-the-deadline")
          /\ ~(Way(s).pc = "asking" /\ Bug("deadline-after-lease-check"))
       THEN [server[s] EXCEPT !.way.late = TRUE] ELSE server[s]]
  /\ UNCHANGED <<gates, losing, log, sending, ledger, duty, reading, answers, left>>

\* 4: a marker to every partition, one after the other; then until the ledger has passed them all.
Mark(c, x) ==
  /\ At(c, "mark") /\ x \notin rebuild[c].marked
  /\ LET marked == rebuild[c].marked \cup {x}
         skips == Bug("marker-skips-partition") /\ rebuild[c].marked # {}
         marker == [kind |-> "marker", order |-> None, epoch |-> rebuild[c].epoch]
     IN /\ log' = IF skips THEN log ELSE [log EXCEPT ![x] = Append(@, marker)]
        /\ rebuild' = [rebuild EXCEPT ![c].marked = marked, ![c].pc = IF marked = Partitions THEN "markers" ELSE "mark"]
  /\ UNCHANGED <<gates, losing, sending, ledger, server, duty, reading, answers, left>>

MarkersPassed(c) ==
  /\ At(c, "markers") /\ Steps(c, "begin")
  /\ LET past == {x \in Partitions : ledger.markers[x] >= rebuild[c].epoch} IN
     past = Partitions \/ Bug("no-wait-for-markers") \/ (Bug("marker-skips-partition") /\ past # {})
  /\ UNCHANGED <<gates, losing, log, sending, ledger, server, duty, reading, answers, left>>

\* Whoever waits looks for a newer epoch and for its lease.
GivesWay(c) ==
  /\ rebuild[c].pc \in {"servers", "mark", "markers"} /\ (ledger.epoch > rebuild[c].epoch \/ ledger.leader # c)
  /\ Stops(c)
  /\ UNCHANGED <<gates, losing, log, sending, ledger, server, duty, reading, answers, left>>

\* A call of the rebuild to the gate: refused, done, or done and sent again because its answer was lost ("repeat").
Calls(c, may, g, pc) ==
  IF ~may THEN Stops(c) /\ UNCHANGED <<gates, left>>
  ELSE /\ SetGate(c, g)
       /\ \/ Steps(c, pc) /\ UNCHANGED left
          \/ CanFail("repeat") /\ Fails /\ UNCHANGED rebuild

\* 6a: only over a lower epoch, or its own unopened one.
Begin(c) ==
  /\ At(c, "begin") /\ Calls(c, MayBegin(GateOf(c), rebuild[c].epoch), Begun(GateOf(c), rebuild[c].epoch), "read")
  /\ UNCHANGED <<losing, log, sending, ledger, server, duty, reading, answers>>

\* 5: one snapshot of the ledger. The code reads it behind `begin`, piece by piece, out of one transaction.
Snapshot ==
  [EmptyGate EXCEPT !.free = [p \in Products |-> ledger.total[p] - ledger.units[p]], !.total = ledger.total,
     !.version = ledger.version,
     !.known = [o \in Orders |-> CASE ledger.order[o] = "absent" -> "absent"
                                   [] ledger.order[o] \in {"accepted", "ending"} -> "settled"
                                   [] OTHER -> IF Bug("snapshot-forgets-ended") THEN "absent" ELSE "ended"]]
Read(c) ==
  /\ At(c, "read")
  /\ rebuild' = [rebuild EXCEPT ![c].pc = "head", ![c].snapshot = Snapshot]
  /\ UNCHANGED <<gates, losing, log, sending, ledger, server, duty, reading, answers, left>>

\* 6b, 6c: the first piece wipes what was there, the others follow it; each compares the fence as begun.
LoadHead(c) ==
  /\ At(c, "head")
  /\ Calls(c, MayLoad(GateOf(c), rebuild[c].epoch), HeadLoaded(GateOf(c), rebuild[c].snapshot), "rows")
  /\ UNCHANGED <<losing, log, sending, ledger, server, duty, reading, answers>>
LoadRows(c) ==
  /\ At(c, "rows")
  /\ LET g == GateOf(c) IN Calls(c, MayLoad(g, rebuild[c].epoch) /\ g.head, RowsLoaded(g, rebuild[c].snapshot), "open")
  /\ UNCHANGED <<losing, log, sending, ledger, server, duty, reading, answers>>

\* 6d: open last.
Open(c) ==
  /\ At(c, "open") /\ Calls(c, MayOpen(GateOf(c), rebuild[c].epoch), Opened(GateOf(c), rebuild[c].epoch), "register")
  /\ UNCHANGED <<losing, log, sending, ledger, server, duty, reading, answers>>

\* 7: the ledger opens the epoch, while it is the newest. "unknown-commit": it did not happen, and nobody knows.
Register(c) ==
  /\ At(c, "register") /\ Stops(c)
  /\ LET opens == Leads(c) /\ ledger.epoch = rebuild[c].epoch IN
     \/ ledger' = [ledger EXCEPT !.open = IF opens THEN TRUE ELSE @] /\ UNCHANGED left
     \/ CanFail("unknown-commit") /\ Fails /\ UNCHANGED ledger
  /\ UNCHANGED <<gates, losing, log, sending, server, duty, reading, answers>>
=============================================================================
