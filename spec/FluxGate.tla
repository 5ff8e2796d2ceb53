------------------------------ MODULE FluxGate ------------------------------
(* The protocol of Flux-Gate and what it promises. README.md says what is modelled, what is not, and which function of
   src/ carries out which action.                                                                                       *)
EXTENDS Losing

(* What everybody does whom nothing hinders. *)
ServerWorks(s) ==
  \/ Renew(s) \/ Hold(s) \/ Send(s) \/ TimeOut(s) \/ Answer(s) \/ RowAhead(s) \/ HoldLater(s)
  \/ \E o \in Orders : ReleaseAtOnce(s, o)
  \/ \E p \in Products : TellGate(s, p)
Rebuilds(c) ==
  \/ TakeEpoch(c) \/ RaiseFence(c) \/ Quiesced(c) \/ MarkersPassed(c) \/ GivesWay(c)
  \/ \E x \in Partitions : Mark(c, x)
  \/ Begin(c) \/ Read(c) \/ LoadHead(c) \/ LoadRows(c) \/ Open(c) \/ Register(c)
ControllerWorks(c) ==
  \/ \E o \in Orders : RelayRead(c, o) \/ ReleaseRead(c, o)
  \/ \E p \in Products : TotalRead(c, p) \/ LowerRead(c, p)
  \/ RelaySend(c) \/ Release(c) \/ TotalSend(c) \/ LowerAtGate(c) \/ LowerInLedger(c)
LogWorks == \E m \in sending : LogTakes(m)
ConsumerWorks(k, x) == Record(k, x) \/ HoldAgain(k, x)

(* What the world does to them. *)
Buyers == \E s \in Servers, o \in Orders : Ask(s, o)
Trouble ==
  \/ \E s \in Servers : LeaseEnds(s) \/ GiveUp(s)
  \/ \E m \in sending : Drop(m)
  \/ \E k \in Consumers, x \in Partitions : CommitUnknown(k, x) \/ Rebalance(k, x)
  \/ \E c \in Controllers : TakeOver(c) \/ Dies(c)
  \/ RowsAged \/ Replicate \/ Lose
OperatorActs == \E o \in Orders : Cancel(o) \/ CancelLater(o)
  \/ \E p \in Products : Raise(p) \/ Lower(p)

-----------------------------------------------------------------------------
(* At rest: nothing is on its way and the gate is open in the newest epoch. *)
CaughtUp == \A x \in Partitions : reading.next[reading.owner[x]][x] = Len(log[x])
Settles ==
  /\ sending = {} /\ CaughtUp /\ strays = {}
  /\ \A s \in Servers : Way(s).pc = "idle"
  /\ \A c \in Controllers : rebuild[c] = NoRebuild /\ duty[c] = NoDuty
  /\ ledger.open /\ Stands(primary, ledger.epoch, "open")
  /\ ledger.releases = {}
  /\ \A p \in Products : ledger.lowering[p] = NoChange /\ primary.version[p] = ledger.version[p]
  /\ \A o \in Orders : primary.known[o] # "unsettled" /\ ledger.order[o] # "ending"

\* Where the model ends is no deadlock: at rest, and where a rebuild would need an epoch beyond the bound.
Rest == (Settles \/ ledger.epoch = MaxEpoch) /\ UNCHANGED vars

Next ==
  \/ \E s \in Servers : ServerWorks(s)
  \/ \E c \in Controllers : Rebuilds(c) \/ ControllerWorks(c)
  \/ LogWorks
  \/ \E k \in Consumers, x \in Partitions : ConsumerWorks(k, x)
  \/ \E x \in strays : Reroute(x)
  \/ Buyers \/ Trouble \/ OperatorActs \/ Rest
Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* Invariants: those of src/engine/domain/invariants, as far as they are about the protocol. *)

Accepted(o) == ledger.order[o] \in {"accepted", "ending"}
AcceptedUnits(p) == UnitsOf({o \in Orders : Accepted(o)}, p)

NoOversell ==
  \A p \in Products : ledger.units[p] <= ledger.total[p] /\ ledger.units[p] = AcceptedUnits(p)
\* Whoever heard 200 is in the log, ahead of the marker of a newer epoch, and in the ledger once everything is at rest.
Stays(o, x, i) ==
  /\ log[x][i].order = o
  /\ \A j \in 1..i : log[x][j].kind = "marker" => log[x][j].epoch <= log[x][i].epoch
NoLostOrder ==
  /\ \A o \in heard : ledger.order[o] # "absent" \/ \E x \in Partitions : \E i \in 1..Len(log[x]) : Stays(o, x, i)
  /\ Settles => \A o \in heard : ledger.order[o] # "absent"
\* Stronger than the promise to buyers: the ledger never has to refuse what the gate has held.
NothingRevoked == \A o \in Orders : ledger.order[o] # "revoked"
Conservation == Settles => \A p \in Products : primary.free[p] = ledger.total[p] - ledger.units[p]
Limits ==
  \A p \in Products, o \in Orders : UnitsOf({x \in Orders : Accepted(x) /\ BuyerOf[x] = BuyerOf[o]}, p) <= Limit
\* A definite no is no order later, unless the buyer has asked again.
RefusedIsNoOrder == \A o \in refused : ~Accepted(o)
\* At rest the gate knows every order that the ledger knows: none of their keys is decided anew.
KnownAtGate == Settles => \A o \in Orders : ledger.order[o] # "absent" => primary.known[o] # "absent"

(* Liveness: when trouble ends, and it does, everything comes to rest. Strong fairness for rebuilds: every beat of a
   controller ends with them, whatever its other duties met.                                                         *)
Fairness ==
  /\ \A s \in Servers : WF_vars(ServerWorks(s)) /\ WF_vars(Reroute(s))
  /\ \A c \in Controllers : SF_vars(Rebuilds(c)) /\ WF_vars(ControllerWorks(c)) /\ WF_vars(Reroute(c))
  /\ WF_vars(LogWorks)
  /\ \A k \in Consumers, x \in Partitions : WF_vars(ConsumerWorks(k, x))
LiveSpec == Spec /\ Fairness
ComesToRest == <>[]Settles
\* With this one the bound on epochs is no excuse.
BoundIsNotMet == ledger.epoch < MaxEpoch

-----------------------------------------------------------------------------
(* Values for configurations. *)
OneOfEach == [o \in Orders |-> [p \in Products |-> 1]]
FirstTakesAll ==
  LET first == CHOOSE o \in Orders : TRUE
      product == CHOOSE p \in Products : TRUE
  IN  [o \in Orders |-> [p \in Products |-> IF o = first \/ p = product THEN 1 ELSE 0]]
EachTheirOwn == [o \in Orders |-> o]
OneBuyer == [o \in Orders |-> None]
=============================================================================
