------------------------------- MODULE Buying -------------------------------
(* The way of an order through a server, and the lease that lets the server use an epoch.
   The append deadline is no clock here. Each order on its way has a mark `late`: its own server's clock is past its
   deadline. A rebuild's wait sets it (Rebuilding!Quiesced); that is all that the protocol needs to know of time.  *)
EXTENDS Gate

Way(s) == server[s].way
GoesOn(s, pc) == server' = [server EXCEPT ![s].way.pc = pc]
\* Whatever it was, nobody hears more of it from this server.
IsDone(s) == server' = [server EXCEPT ![s].way = NoOrder]

-----------------------------------------------------------------------------
(* server-lease.ts *)

\* The row says what the server already lives by; what is newer is brought home, and reported by the renewal after it.
\* An answer that is late on its way is a server that has not renewed yet.
Renew(s) ==
  LET row == [seen |-> server[s].knows, fresh |-> TRUE]
      now == [server[s] EXCEPT !.knows = ledger.epoch, !.usable = ledger.open]
  IN  /\ ledger.rows[s] # row \/ server[s] # now
      /\ ledger' = [ledger EXCEPT !.rows[s] = row]
      /\ server' = [server EXCEPT ![s] = now]
      /\ UNCHANGED <<gates, losing, log, sending, rebuild, duty, reading, answers, left>>

\* A planted bug: the row says of an epoch what the server has only just read.
RowAhead(s) ==
  /\ Bug("row-ahead-of-server") /\ ledger.rows[s].seen < ledger.epoch
  /\ ledger' = [ledger EXCEPT !.rows[s].seen = ledger.epoch]
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, duty, reading, answers, left>>

\* L has passed since the last renewal. The server counts from before its call, whoever rebuilds from when it first saw the
\* row as it is, each by its own steady clock: when the row is old, the server has stopped. It matters only where somebody
\* waits for it.
LeaseEnds(s) ==
  /\ \E c \in Controllers : rebuild[c].pc = "servers"
  /\ ledger.rows[s].seen < ledger.epoch /\ ledger.rows[s].fresh
  /\ ledger' = [ledger EXCEPT !.rows[s].fresh = FALSE]
  /\ server' = [server EXCEPT ![s].usable = @ /\ Bug("lease-not-checked")]
  /\ UNCHANGED <<gates, losing, log, sending, rebuild, duty, reading, answers, left>>

\* A planted bug: rows are as old as the ledger's clock says, and that is set forward ("clock-step"); the servers live on.
RowsAged ==
  /\ Bug("rows-aged-by-the-ledgers-clock") /\ CanFail("clock-step") /\ Fails
  /\ ledger' = [ledger EXCEPT !.rows = [s \in Servers |-> [ledger.rows[s] EXCEPT !.fresh = FALSE]]]
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, duty, reading, answers>>

-----------------------------------------------------------------------------
(* place-order.ts, hold-turns.ts, append-lane.ts *)

\* The deadline begins, then the lease is looked at, then the call goes out: here the process may stand still.
Ask(s, o) ==
  /\ Way(s).pc = "idle" /\ server[s].usable /\ left.requests > 0
  /\ server' = [server EXCEPT ![s].way = [NoOrder EXCEPT !.pc = "asking", !.order = o, !.epoch = server[s].knows]]
  /\ left' = [left EXCEPT !.requests = @ - 1]
  /\ UNCHANGED <<gates, losing, log, sending, ledger, rebuild, duty, reading, answers>>

Says200(s, o) == heard' = heard \cup {o} /\ UNCHANGED refused

Hold(s) ==
  /\ Way(s).pc = "asking"
  /\ LET o == Way(s).order
         e == Way(s).epoch
         g == GateOf(s)
         verdict == HoldVerdict(g, e, o)
         toTheLog(record) == server' = [server EXCEPT ![s].way.pc = "held", ![s].way.record = record]
     IN CASE verdict = "held" /\ Bug("hold-not-atomic") -> GoesOn(s, "looked") /\ UNCHANGED <<gates, answers>>
          [] verdict = "held" ->
               SetGate(s, Held(g, e, o)) /\ toTheLog(e) /\ refused' = refused \ {o} /\ UNCHANGED heard
          [] verdict = "unsettled" /\ ~Bug("duplicate-not-appended") ->
               toTheLog(g.heldIn[o]) /\ UNCHANGED <<gates, answers>>
          [] verdict = "settled" \/ verdict = "unsettled" ->
               /\ IF Way(s).late /\ ~Bug("duplicate-after-deadline") THEN UNCHANGED answers ELSE Says200(s, o)
               /\ IsDone(s) /\ UNCHANGED gates
          [] verdict \in {"sold_out", "over_limit"} ->
               refused' = refused \cup {o} /\ UNCHANGED heard /\ IsDone(s) /\ SetGate(s, Refused(g, o))
          [] verdict = "rebuilding" -> IsDone(s) /\ UNCHANGED <<gates, answers>>
  /\ UNCHANGED <<losing, log, sending, ledger, rebuild, duty, reading, left>>

\* A planted bug: the hold looked first, and takes now what may be gone.
HoldLater(s) ==
  /\ Way(s).pc = "looked"
  /\ SetGate(s, Held(GateOf(s), Way(s).epoch, Way(s).order))
  /\ server' = [server EXCEPT ![s].way.pc = "held", ![s].way.record = Way(s).epoch]
  /\ UNCHANGED <<losing, log, sending, ledger, rebuild, duty, reading, answers, left>>

\* Whoever is past the deadline is not sent any more: the outcome is unknown, the outbox has the record.
Send(s) ==
  /\ Way(s).pc = "held"
  /\ LET g == GateOf(s)
         o == Way(s).order
         early == Bug("settle-before-append") /\ Stands(g, Way(s).epoch, "open")
     IN /\ IF early THEN SetGate(s, Settled(g, o)) ELSE UNCHANGED gates
        /\ IF Way(s).late THEN IsDone(s) /\ UNCHANGED sending
           ELSE sending' = sending \cup {[order |-> o, epoch |-> Way(s).record, from |-> s]} /\ GoesOn(s, "sent")
  /\ UNCHANGED <<losing, log, ledger, rebuild, duty, reading, answers, left>>

\* The log takes it, into the partition of its choice. Its server hears of it only within the deadline.
LogTakes(m) ==
  /\ m \in sending
  /\ sending' = sending \ {m}
  /\ \E x \in Partitions : log' = [log EXCEPT ![x] = Append(@, [kind |-> "order", order |-> m.order, epoch |-> m.epoch])]
  /\ LET way == Way(m.from) IN
     IF way.pc = "sent" /\ way.order = m.order /\ way.record = m.epoch /\ (~way.late \/ Bug("answer-after-deadline"))
     THEN GoesOn(m.from, "acked") ELSE UNCHANGED server
  /\ UNCHANGED <<gates, losing, ledger, rebuild, duty, reading, answers, left>>

\* Lost on the way, or refused: the log never has it.
Drop(m) ==
  /\ m \in sending /\ CanFail("drop") /\ Fails
  /\ sending' = sending \ {m}
  /\ UNCHANGED <<gates, losing, log, ledger, server, rebuild, duty, reading, answers>>

\* A planted bug: what timed out counts as not done, and its units are given back.
Undo(s) ==
  IF Bug("timeout-as-failure") /\ Way(s).pc = "sent" /\ Stands(GateOf(s), Way(s).epoch, "open")
  THEN SetGate(s, [Released(GateOf(s), Way(s).order) EXCEPT !.known[Way(s).order] = "absent"])
  ELSE UNCHANGED gates

\* Nothing of it is on its way any more: the deadline passes, and the answer is 503, outcome unknown.
TimeOut(s) ==
  /\ Way(s).pc = "sent" /\ ~\E m \in sending : m.from = s
  /\ Undo(s) /\ IsDone(s)
  /\ UNCHANGED <<losing, log, sending, ledger, rebuild, duty, reading, answers, left>>

\* The server dies, or an answer on its way to it is lost: the same, with whatever is still under way.
GiveUp(s) ==
  /\ Way(s).pc # "idle" /\ CanFail("give-up") /\ Fails
  /\ Undo(s) /\ IsDone(s)
  /\ UNCHANGED <<losing, log, sending, ledger, rebuild, duty, reading, answers>>

\* 200 means settled, in the epoch of the hold and within the deadline.
Answer(s) ==
  /\ Way(s).pc = "acked"
  /\ LET o == Way(s).order
         g == GateOf(s)
         stands == Stands(g, Way(s).epoch, "open")
     IN /\ IF stands THEN SetGate(s, Settled(g, o)) ELSE UNCHANGED gates
        /\ IF stands /\ (~Way(s).late \/ Bug("answer-after-deadline"))
           THEN Says200(s, o) ELSE UNCHANGED answers
  /\ IsDone(s)
  /\ UNCHANGED <<losing, log, sending, ledger, rebuild, duty, reading, left>>
=============================================================================
