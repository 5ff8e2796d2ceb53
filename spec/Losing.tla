------------------------------- MODULE Losing -------------------------------
(* The gate's bad days. A Redis takes a new replication id at every start and every promotion, however much it kept. *)
EXTENDS Ending

\* The replica catches up, whenever it likes.
Replicate ==
  /\ LossKinds \cap {"stale", "split"} # {} /\ left.losses > 0 /\ replica # primary
  /\ replica' = primary
  /\ UNCHANGED <<gates, strays, lastId, log, sending, ledger, server, rebuild, duty, reading, answers, left>>

Loses(kind) == kind \in LossKinds /\ left.losses > 0 /\ left' = [left EXCEPT !.losses = @ - 1]
Promoted(g) == primary' = [g EXCEPT !.id = lastId + 1] /\ lastId' = lastId + 1

Lose ==
  /\ \/ Loses("crash") /\ Promoted(EmptyGate) /\ UNCHANGED <<oldPrimary, strays>>
     \/ Loses("flush") /\ primary' = [EmptyGate EXCEPT !.id = primary.id] /\ UNCHANGED <<oldPrimary, strays, lastId>>
     \/ Loses("restart") /\ Promoted(primary) /\ UNCHANGED <<oldPrimary, strays>>
     \/ Loses("stale") /\ Promoted(replica) /\ UNCHANGED <<oldPrimary, strays>>
     \* The old primary lives on, and some do not notice.
     \/ Loses("split") /\ strays = {} /\ Promoted(replica) /\ oldPrimary' = primary
        /\ strays' \in SUBSET (Servers \cup Controllers) \ {{}}
  /\ UNCHANGED <<replica, log, sending, ledger, server, rebuild, duty, reading, answers>>

\* One of them finds the new primary; behind the last one nobody can reach the old.
Reroute(x) ==
  /\ x \in strays /\ strays' = strays \ {x}
  /\ oldPrimary' = IF strays' = {} THEN EmptyGate ELSE oldPrimary
  /\ UNCHANGED <<primary, replica, lastId, log, sending, ledger, server, rebuild, duty, reading, answers, left>>
=============================================================================
