------------------------------- MODULE Ending -------------------------------
(* What the controller does besides rebuilding (controller.ts), and what operators ask for. A duty reads the sale's newest
   epoch first and calls the gate later: in between everything may happen. A controller that rebuilds has no other duty. *)
EXTENDS Rebuilding

Begins(c) == duty[c] = NoDuty /\ At(c, "idle") /\ Leads(c) /\ ledger.open
\* Most duties first look whether the fence stands.
FenceStands(c) == Stands(GateOf(c), ledger.epoch, "open")
Takes(c, of) == duty' = [duty EXCEPT ![c] = [of EXCEPT !.epoch = ledger.epoch]]
Ends(c) == duty' = [duty EXCEPT ![c] = NoDuty]
DutyStands(c) == Stands(GateOf(c), duty[c].epoch, "open")

-----------------------------------------------------------------------------
(* relay-outbox.ts *)

RelayRead(c, o) ==
  /\ Begins(c) /\ FenceStands(c) /\ GateOf(c).known[o] = "unsettled"
  /\ Takes(c, [NoDuty EXCEPT !.pc = "relay", !.order = o, !.record = GateOf(c).heldIn[o]])
  /\ UNCHANGED <<gates, losing, log, sending, ledger, server, rebuild, reading, answers, left>>

\* Appended and then settled, or unknown: the outbox keeps it.
RelaySend(c) ==
  /\ duty[c].pc = "relay" /\ Ends(c)
  /\ LET o == duty[c].order
         epoch == IF Bug("relay-of-another-epoch") THEN ledger.epoch ELSE duty[c].record
     IN \/ /\ \E x \in Partitions :
                log' = IF Bug("relay-settles-without-appending") THEN log
                       ELSE [log EXCEPT ![x] = Append(@, [kind |-> "order", order |-> o, epoch |-> epoch])]
           /\ IF DutyStands(c) THEN SetGate(c, Settled(GateOf(c), o)) ELSE UNCHANGED gates
           /\ UNCHANGED left
        \/ CanFail("drop") /\ Fails /\ UNCHANGED <<log, gates>>
  /\ UNCHANGED <<losing, sending, ledger, server, rebuild, reading, answers>>

-----------------------------------------------------------------------------
(* end-order.ts, release-holds.ts: the ledger decides, in one transaction with what it then owes to the gate. *)

HasEnded(o) ==
  [ledger EXCEPT !.order[o] = "ended", !.units = Minus(@, o),
                 !.releases = IF Bug("end-without-release") THEN @ ELSE @ \cup {o}]
Cancel(o) ==
  /\ May("cancel") /\ Acts("cancel") /\ ledger.order[o] = "accepted"
  /\ ledger' = IF Bug("cancel-without-ledger") THEN [ledger EXCEPT !.order[o] = "ending", !.releases = @ \cup {o}] ELSE HasEnded(o)
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, duty, reading, answers>>
\* A planted bug: the gate was asked first, the ledger follows.
CancelLater(o) ==
  /\ ledger.order[o] = "ending"
  /\ ledger' = [HasEnded(o) EXCEPT !.releases = ledger.releases]
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, duty, reading, answers, left>>

\* The server that ended it tells the gate at once; the controller repeats that.
ReleaseAtOnce(s, o) ==
  /\ o \in ledger.releases /\ Stands(GateOf(s), server[s].knows, "open") /\ GateOf(s) # Released(GateOf(s), o)
  /\ SetGate(s, Released(GateOf(s), o))
  /\ UNCHANGED <<losing, log, sending, ledger, server, rebuild, duty, reading, answers, left>>

ReleaseRead(c, o) ==
  /\ Begins(c) /\ FenceStands(c) /\ o \in ledger.releases
  /\ Takes(c, [NoDuty EXCEPT !.pc = "release", !.order = o])
  /\ UNCHANGED <<gates, losing, log, sending, ledger, server, rebuild, reading, answers, left>>

\* Once the gate has it, the ledger forgets what it owes, if the epoch in which the gate said so is still the newest.
Release(c) ==
  /\ duty[c].pc = "release" /\ Ends(c)
  /\ LET o == duty[c].order
         acknowledged == Leads(c) /\ ledger.epoch = duty[c].epoch
     IN IF DutyStands(c)
        THEN /\ SetGate(c, Released(GateOf(c), o))
             /\ ledger' = IF acknowledged THEN [ledger EXCEPT !.releases = @ \ {o}] ELSE ledger
        ELSE UNCHANGED <<gates, ledger>>
  /\ UNCHANGED <<losing, log, sending, server, rebuild, reading, answers, left>>

-----------------------------------------------------------------------------
(* change-stock.ts. Up: the ledger first, then the gate. Down: a pending row, then the gate, then the ledger. *)

Raise(p) ==
  /\ May("raise") /\ Acts("raise") /\ ledger.lowering[p] = NoChange
  /\ ledger' = [ledger EXCEPT !.total[p] = @ + 1, !.version[p] = @ + 1]
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, duty, reading, answers>>

Lower(p) ==
  LET change == [total |-> ledger.total[p] - 1, version |-> ledger.version[p] + 1] IN
  /\ May("lower") /\ Acts("lower") /\ ledger.lowering[p] = NoChange /\ ledger.units[p] <= change.total
  /\ ledger' = IF Bug("lowering-before-the-gate") THEN [ledger EXCEPT !.total[p] = change.total, !.version[p] = change.version]
               ELSE [ledger EXCEPT !.lowering[p] = change]
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, duty, reading, answers>>

\* The server that raised a total tells the gate at once.
TellGate(s, p) ==
  LET g == GateOf(s)
      change == [total |-> ledger.total[p], version |-> ledger.version[p]]
  IN  /\ g.version[p] < change.version /\ Stands(g, server[s].knows, "open") /\ g # WithTotal(g, p, change)
      /\ SetGate(s, WithTotal(g, p, change))
      /\ UNCHANGED <<losing, log, sending, ledger, server, rebuild, duty, reading, answers, left>>

\* The controller sends totals that the gate does not have yet.
TotalRead(c, p) ==
  /\ Begins(c) /\ FenceStands(c) /\ GateOf(c).version[p] < ledger.version[p]
  /\ Takes(c, [NoDuty EXCEPT !.pc = "total", !.product = p, !.change = [total |-> ledger.total[p], version |-> ledger.version[p]]])
  /\ UNCHANGED <<gates, losing, log, sending, ledger, server, rebuild, reading, answers, left>>
TotalSend(c) ==
  /\ duty[c].pc = "total" /\ Ends(c)
  /\ IF DutyStands(c) THEN SetGate(c, WithTotal(GateOf(c), duty[c].product, duty[c].change)) ELSE UNCHANGED gates
  /\ UNCHANGED <<losing, log, sending, ledger, server, rebuild, reading, answers, left>>

LowerRead(c, p) ==
  /\ Begins(c) /\ ledger.lowering[p] # NoChange
  /\ Takes(c, [NoDuty EXCEPT !.pc = "lower", !.product = p, !.change = ledger.lowering[p]])
  /\ UNCHANGED <<gates, losing, log, sending, ledger, server, rebuild, reading, answers, left>>
\* The gate alone knows what is free.
LowerAtGate(c) ==
  /\ duty[c].pc = "lower"
  /\ LET p == duty[c].product
         verdict == TotalVerdict(GateOf(c), p, duty[c].change)
     IN IF ~DutyStands(c) THEN Ends(c) /\ UNCHANGED gates
        ELSE /\ duty' = [duty EXCEPT ![c].pc = IF verdict = "insufficient" THEN "lower-refused" ELSE "lower-applied"]
             /\ SetGate(c, WithTotal(GateOf(c), p, duty[c].change))
  /\ UNCHANGED <<losing, log, sending, ledger, server, rebuild, reading, answers, left>>
\* Only if the gate answered in the newest epoch. What was refused gets a version of its own all the same.
LowerInLedger(c) ==
  /\ duty[c].pc \in {"lower-applied", "lower-refused"} /\ Ends(c)
  /\ LET p == duty[c].product
         change == duty[c].change
         applied == duty[c].pc = "lower-applied"
         counts == /\ ledger.epoch = duty[c].epoch \/ Bug("finish-stock-change-of-an-old-epoch")
                   /\ ledger.lowering[p].version = change.version
                   /\ ~applied \/ ledger.units[p] <= change.total
     IN ledger' = IF counts
                  THEN [ledger EXCEPT !.lowering[p] = NoChange,
                                      !.total[p] = IF applied THEN change.total ELSE @,
                                      !.version[p] = IF applied THEN change.version ELSE change.version + 1]
                  ELSE ledger
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, reading, answers, left>>
=============================================================================
