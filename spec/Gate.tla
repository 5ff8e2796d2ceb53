-------------------------------- MODULE Gate --------------------------------
(* The gate's scripts, as functions of its state. Each is one atomic call, and each compares the fence first:
   epoch, state, and the replication id of the primary at the time (src/adapters/redis/lua/prelude.lua).      *)
EXTENDS World

Stands(g, e, state) ==
  /\ g.fence.epoch = e \/ (Bug("epoch-not-compared") /\ g.fence.epoch > 0)
  /\ g.fence.state = state
  /\ g.fence.id = g.id \/ Bug("replication-id-not-compared")

\* Whom a process talks to: after a failover that it has not noticed, the old primary.
GateOf(x) == IF x \in strays THEN oldPrimary ELSE primary
SetGate(x, g) ==
  IF x \in strays THEN oldPrimary' = g /\ UNCHANGED primary ELSE primary' = g /\ UNCHANGED oldPrimary

Plus(stock, o) == [p \in Products |-> stock[p] + LinesOf[o][p]]
Minus(stock, o) == [p \in Products |-> stock[p] - LinesOf[o][p]]

HasRoom(g, o, p) ==
  LET others == {x \in Orders : BuyerOf[x] = BuyerOf[o] /\ g.known[x] \in {"unsettled", "settled"}}
      before == IF Bug("limit-checked-per-order") THEN 0 ELSE UnitsOf(others, p)
  IN  before + LinesOf[o][p] <= Limit

\* hold.lua: a known id is answered as such before anything else; all lines or none.
HoldVerdict(g, e, o) ==
  CASE ~Stands(g, e, "open") -> "rebuilding"
    [] g.known[o] = "unsettled" -> "unsettled"
    [] g.known[o] \in {"settled", "ended"} -> "settled"
    [] \E p \in Products : ~HasRoom(g, o, p) -> "over_limit"
    [] \E p \in Products : g.free[p] < LinesOf[o][p] -> "sold_out"
    [] OTHER -> "held"
Held(g, e, o) == [g EXCEPT !.free = Minus(@, o), !.known[o] = "unsettled", !.heldIn[o] = e]
\* What a hold that is refused leaves behind: nothing, unless its lines were taken one by one.
Refused(g, o) ==
  IF Bug("lines-not-atomic")
  THEN [g EXCEPT !.free = [p \in Products |-> IF @[p] >= LinesOf[o][p] THEN @[p] - LinesOf[o][p] ELSE @[p]]]
  ELSE g

\* settle.lua
Settled(g, o) == IF g.known[o] = "unsettled" THEN [g EXCEPT !.known[o] = "settled"] ELSE g

\* release.lua: once an id; the id stays known as ended.
Released(g, o) ==
  IF g.known[o] \in {"unsettled", "settled"} \/ (g.known[o] = "ended" /\ Bug("release-not-idempotent"))
  THEN [g EXCEPT !.free = IF Bug("release-skips-lines")
                          THEN [Plus(@, o) EXCEPT ![CHOOSE p \in Products : LinesOf[o][p] > 0] = @ - 1] ELSE Plus(@, o),
                 !.known[o] = IF Bug("release-forgets-ended") THEN "absent" ELSE "ended"]
  ELSE g

\* set-total.lua: only for a newer version, and only as far as free units reach.
TotalVerdict(g, p, change) ==
  CASE change.version <= g.version[p] /\ ~Bug("total-version-not-compared") -> "not_newer"
    [] g.free[p] + change.total - g.total[p] < 0 -> "insufficient"
    [] OTHER -> "applied"
WithTotal(g, p, change) ==
  IF TotalVerdict(g, p, change) = "applied"
  THEN [g EXCEPT !.free[p] = @ + change.total - g.total[p], !.total[p] = change.total, !.version[p] = change.version]
  ELSE g

\* raise-fence.lua, begin.lua, load-head.lua, load-rows.lua, open.lua
SetFence(g, e, state) == [g EXCEPT !.fence = [epoch |-> e, state |-> state, id |-> g.id]]
Raised(g, e) == IF g.fence.epoch < e THEN SetFence(g, e, "raised") ELSE g
MayBegin(g, e) == g.fence.epoch < e \/ (g.fence.epoch = e /\ g.fence.state # "open")
Begun(g, e) == [SetFence(g, e, "building") EXCEPT !.head = FALSE]
MayLoad(g, e) == Stands(g, e, "building")
HeadLoaded(g, snapshot) ==
  IF g.head THEN g
  ELSE [g EXCEPT !.head = TRUE, !.free = snapshot.free, !.total = snapshot.total, !.version = snapshot.version,
                 !.known = IF Bug("head-does-not-wipe") THEN @ ELSE [o \in Orders |-> "absent"],
                 !.heldIn = IF Bug("head-does-not-wipe") THEN @ ELSE [o \in Orders |-> 0]]
RowsLoaded(g, snapshot) ==
  [g EXCEPT !.known = [o \in Orders |-> IF snapshot.known[o] = "absent" THEN @[o] ELSE snapshot.known[o]]]
MayOpen(g, e) == Stands(g, e, "open") \/ (Stands(g, e, "building") /\ g.head) \/ Bug("open-compares-nothing")
Opened(g, e) == SetFence(g, e, "open")
=============================================================================
