----------------------------- MODULE Recording -----------------------------
(* Consumers write the log into the ledger (record-orders.ts). A batch is one record here: the ledger takes each batch in
   one transaction, so a longer one is several of these with nothing in between.                                        *)
EXTENDS Buying

IsLate(x, entry) == ~Bug("late-record-recorded") /\ entry.epoch < ledger.markers[x]

Counted(l, o) ==
  [l EXCEPT !.units = IF Bug("record-skips-lines") THEN [Plus(@, o) EXCEPT ![CHOOSE p \in Products : LinesOf[o][p] > 0] = @ - 1]
                      ELSE Plus(@, o)]
Fits(o) == \A p \in Products : LinesOf[o][p] > 0 => ledger.units[p] + LinesOf[o][p] <= ledger.total[p]

WithOrder(o) ==
  CASE ledger.order[o] # "absent" -> IF Bug("record-counts-twice") THEN Counted(ledger, o) ELSE ledger
    [] Fits(o) -> [Counted(ledger, o) EXCEPT !.order[o] = "accepted"]
    [] OTHER -> [ledger EXCEPT !.order[o] = "revoked"]

\* The ledger after one record. Late: nobody was told yes for it; counted, skipped.
Recorded(x, entry) ==
  CASE entry.kind = "marker" -> [ledger EXCEPT !.markers[x] = Max(@, entry.epoch)]
    [] entry.kind = "order" /\ IsLate(x, entry) -> ledger
    [] OTHER -> WithOrder(entry.order)

\* Whoever lost a partition still has what it fetched before.
End(k, x) == IF reading.owner[x] = k THEN Len(log[x]) ELSE reading.fetched[k][x]
HasNext(k, x) == reading.next[k][x] < End(k, x)
NextEntry(k, x) == log[x][reading.next[k][x] + 1]
MovesOn(k, x) == reading' = [reading EXCEPT !.next[k][x] = @ + 1]

Record(k, x) ==
  /\ HasNext(k, x)
  /\ LET entry == NextEntry(k, x) IN
     /\ Bug("late-record-held-again") => ~(entry.kind = "order" /\ IsLate(x, entry) /\ ledger.order[entry.order] = "absent")
     /\ ledger' = Recorded(x, entry)
  /\ MovesOn(k, x)
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, duty, answers, left>>

\* The commit's answer is lost. It happened, or it did not: the batch comes again, which is safe in both cases.
\* (Where nothing happened and the batch comes again, nothing has changed: no step. An unknown commit that is still under way
\* holds the partition's lock, so that nobody writes before it is over.)
CommitUnknown(k, x) ==
  /\ HasNext(k, x) /\ CanFail("unknown-commit") /\ Fails
  /\ LET entry == NextEntry(k, x)
         revoked == IF entry.kind = "order" /\ ledger.order[entry.order] = "absent"
                    THEN [ledger EXCEPT !.order[entry.order] = "revoked"] ELSE ledger
     IN \/ ledger' = Recorded(x, entry) /\ UNCHANGED reading
        \/ Bug("unknown-commit-as-recorded") /\ UNCHANGED ledger /\ MovesOn(k, x)
        \/ Bug("unknown-commit-as-refused") /\ ledger' = revoked /\ MovesOn(k, x)
  /\ UNCHANGED <<gates, losing, log, sending, server, rebuild, duty, answers>>

\* A planted bug: a late record is held anew in the newest epoch, and waits for a gate that is open.
HoldAgain(k, x) ==
  /\ Bug("late-record-held-again") /\ HasNext(k, x)
  /\ LET entry == NextEntry(k, x)
         o == entry.order
         verdict == HoldVerdict(primary, ledger.epoch, o)
     IN /\ entry.kind = "order" /\ IsLate(x, entry) /\ ledger.order[o] = "absent" /\ verdict # "rebuilding"
        /\ primary' = IF verdict = "held" THEN Settled(Held(primary, ledger.epoch, o), o) ELSE primary
        /\ ledger' = IF verdict \in {"held", "settled", "unsettled"} THEN WithOrder(o)
                     ELSE [ledger EXCEPT !.order[o] = "revoked"]
  /\ MovesOn(k, x)
  /\ UNCHANGED <<oldPrimary, losing, log, sending, server, rebuild, duty, answers, left>>

\* Another consumer gets the partition, and begins at the committed offset: where the other was, or one before.
Rebalance(k, x) ==
  /\ reading.owner[x] # k /\ CanFail("rebalance") /\ Fails
  /\ LET before == reading.owner[x]
         at == reading.next[before][x]
     IN \E from \in {at, Max(0, at - 1)} :
          reading' = [reading EXCEPT !.owner[x] = k, !.fetched[before][x] = Len(log[x]),
                        !.next[k][x] = IF Bug("offsets-before-ledger") THEN Len(log[x]) ELSE from]
  /\ UNCHANGED <<gates, losing, log, sending, ledger, server, rebuild, duty, answers>>
=============================================================================
