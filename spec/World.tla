------------------------------- MODULE World -------------------------------
(* What there is: one sale, its gate, its order log, its ledger, and the processes around them.
   The words are those of docs/architecture.md.                                               *)
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  None,                   \* nobody, no order
  Orders,                 \* an order stands for one buyer's idempotency key: a retry is the same order
  LinesOf,                \* order -> product -> units
  BuyerOf,                \* order -> buyer
  Limit,                  \* units of one product that one buyer may hold
  Total,                  \* units of each product at the beginning
  Products, Servers, Controllers, Consumers, Partitions,
  MaxRequests,            \* how often buyers ask, retries included
  MaxEpoch,               \* no rebuild begins beyond it
  LossKinds, MaxLosses,   \* what happens to the gate, and how often
  Faults, MaxFaults,      \* what else goes wrong, and how often: any mixture of the kinds that are switched on
  Operators,              \* what operators do, each once: "cancel", "raise", "lower"
  Bugs                    \* planted bugs, by the names that the simulator uses too

VARIABLES
  primary,     \* the gate that everybody finds
  replica,     \* an older copy of it
  oldPrimary,  \* the primary that lives on behind a failover; its id is 0 where there is none
  strays,      \* processes that still talk to the old primary
  lastId,      \* replication ids given so far: never one twice
  log,         \* partition -> what stands in it
  sending,     \* appends under way: each reaches the log some time, or never
  ledger,      \* the authority
  server,      \* by server: what it knows of the epochs, and the one order that it takes through
  rebuild,     \* by controller: its attempt at a new epoch
  duty,        \* by controller: the one thing of its beat that it is about
  reading,     \* consumers: who owns which partition, and how far each has read
  heard,       \* orders for which somebody heard 200
  refused,     \* orders whose last answer was a definite no
  left         \* what may still happen

vars == <<primary, replica, oldPrimary, strays, lastId, log, sending, ledger, server, rebuild, duty, reading, heard,
          refused, left>>
gates == <<primary, oldPrimary>>
losing == <<replica, strays, lastId>>
answers == <<heard, refused>>

Bug(name) == name \in Bugs

CanFail(kind) == kind \in Faults /\ left.faults > 0
Fails == left' = [left EXCEPT !.faults = @ - 1]
May(act) == act \in left.operators
Acts(act) == left' = [left EXCEPT !.operators = @ \ {act}]

Max(a, b) == IF a > b THEN a ELSE b

RECURSIVE UnitsOf(_, _)
\* Units of a product in a set of orders.
UnitsOf(orders, p) ==
  IF orders = {} THEN 0 ELSE LET o == CHOOSE x \in orders : TRUE IN LinesOf[o][p] + UnitsOf(orders \ {o}, p)

-----------------------------------------------------------------------------
(* How things look at rest. *)

NoFence == [epoch |-> 0, state |-> "none", id |-> 0]
\* `known` is what the gate remembers of an order id, `heldIn` the epoch in its record, `head` whether a rebuild has
\* written its first piece. A buyer's units follow from `known`.
EmptyGate ==
  [id |-> 0, fence |-> NoFence, head |-> FALSE, free |-> [p \in Products |-> 0], total |-> [p \in Products |-> 0],
   version |-> [p \in Products |-> 0], known |-> [o \in Orders |-> "absent"], heldIn |-> [o \in Orders |-> 0]]

NoChange == [total |-> 0, version |-> 0]
NoDuty == [pc |-> "idle", order |-> None, product |-> None, epoch |-> 0, record |-> 0, change |-> NoChange]
NoRebuild == [pc |-> "idle", epoch |-> 0, marked |-> {}, snapshot |-> EmptyGate]

InitialGate ==
  [EmptyGate EXCEPT !.id = 1, !.fence = [epoch |-> 1, state |-> "open", id |-> 1], !.head = TRUE,
     !.free = [p \in Products |-> Total], !.total = [p \in Products |-> Total], !.version = [p \in Products |-> 1]]

\* `units` are the counters of the products, `rows` those of the servers, `lowering` pending stock changes, `releases`
\* units that the ledger has ended and no gate has acknowledged. `open` says it of the newest epoch.
InitialLedger ==
  [order |-> [o \in Orders |-> "absent"], units |-> [p \in Products |-> 0],
   total |-> [p \in Products |-> Total], version |-> [p \in Products |-> 1], lowering |-> [p \in Products |-> NoChange],
   releases |-> {}, markers |-> [x \in Partitions |-> 0],
   epoch |-> 1, open |-> TRUE, rows |-> [s \in Servers |-> [seen |-> 1, fresh |-> TRUE]],
   leader |-> CHOOSE c \in Controllers : TRUE]

NoOrder == [pc |-> "idle", order |-> None, epoch |-> 0, record |-> 0, late |-> FALSE]

Init ==
  /\ primary = InitialGate /\ replica = InitialGate /\ oldPrimary = EmptyGate /\ strays = {} /\ lastId = 1
  /\ log = [x \in Partitions |-> <<>>] /\ sending = {}
  /\ ledger = InitialLedger
  /\ server = [s \in Servers |-> [knows |-> 1, usable |-> TRUE, way |-> NoOrder]]
  /\ rebuild = [c \in Controllers |-> NoRebuild] /\ duty = [c \in Controllers |-> NoDuty]
  /\ reading = [owner |-> [x \in Partitions |-> CHOOSE k \in Consumers : TRUE],
                next |-> [k \in Consumers |-> [x \in Partitions |-> 0]],
                fetched |-> [k \in Consumers |-> [x \in Partitions |-> 0]]]
  /\ heard = {} /\ refused = {}
  /\ left = [requests |-> MaxRequests, losses |-> MaxLosses, faults |-> MaxFaults, operators |-> Operators]
=============================================================================
