"""The texts from which sending functions are written.

In them `$name` stands for a name that no parameter of the payload has. A line that holds nothing
else is replaced by a text, at the same depth.
"""

SEND = """\
$check_declaration
$check_names
$entries = $registry.plain
if $entries is None:
    $look
    $leave_to_caller
    if $kind:
        $ask
        $spread_names
        $call_methods
$spread_names
$call_functions
"""

SEND_AWAITED = """\
$kind, $entries = $registry.snapshot
if $kind != $ALL_AWAIT or $registry.routed:
    $look
    if $kind < $ALL_AWAIT:
        $leave_to_recorder
        return None  # some receiver is no coroutine function, and the caller knows what to do
    if $kind > $ALL_AWAIT:
        $call_methods
$call_functions
"""

# some receivers must be awaited, or the send is observed, which is a matter for the caller
LEAVE_TO_CALLER = """\
if $kind > $STALE:
    $leave_to_recorder
    return None
"""

# a recorder sees it
LEAVE_TO_RECORDER = """\
if $kind == $KIND_RECORDED:
    $send = $recorded_for($flavour, $named, $spread_kind, $is_awaited, $title)
    return $await$send($registry, $entries, $passed_on)
"""

GATHER = """\
$check_declaration
$check_names
$entries = $registry.plain
if $entries is None:
    $look
    $ask
def $call($receiver):
    return $receiver($arguments)
return await $gather($registry, $entries, $call, $is_robust, $limit)
"""

# an observed send: that is written once, in `_observing`
OBSERVED = """\
$check_names
def $call($receiver):
    return $receiver($arguments)
return $await$deliver($registry, $method, $sender, {$payload}, $call$and_limit)
"""

# a send that is recorded: the usual one, but for what a recorder is told
RECORDED = """\
$record = $asking.recorder
$told = None
if $record is not None:
    $told = $record($registry, $sender, {$payload}, ($shape), $depth)
$results = []
$receiver = None
try:
    $walk
except $BaseException:
    if $told is not None:
        $told.stopped($results, $receiver)
    raise
if $told is not None:
    $told.ended($results)
return $results
"""

# somebody observes: another function sends, which is kept by the signal
ASK = """\
if $kind > $STALE:
    if $kind == $KIND_RECORDED:
        return $await$recorded($registry, $flavour)($entries, $passed_on)
    return $await$observed($registry, $flavour)($passed_on)
"""

ASK_TO_GATHER = """\
if $kind > $STALE:
    return await $observed($registry, $flavour, $limit)($passed_on)
"""

# it was made before there was a declaration, and whoever has it may call it still
CHECK_DECLARATION = """\
if $registry.declared:
    return $await$declared($registry, $flavour$and_limit)($passed_on)
"""

# there are methods to bind, or receivers of one sender, or changes to take in
LOOK = """\
$everyone = $registry.snapshot
$kind, $entries = $everyone
$look_for_sender
if $kind == $STALE:
    $kind, $entries = $refresh($registry)
"""

LOOK_FOR_SENDER = """\
if $registry.routed:
    $route = $registry.routes.get($id($sender))
    if $route is None and $registry.values:
        $route = $registry.values.get($value_of($sender))
    if $route is not None:
        $base, $kind, $entries = $route.snapshot
        if $base is not $everyone:
            $kind, $entries = $merge($registry, $route)
    $unheard
"""

# nobody is connected to this sender; is it a proxy, and was another object meant?
UNHEARD = """\
elif $id($type($sender)) not in $ordinary:
    $heed_proxy($registry, $sender)
"""

CHECK_NAMES = """\
if $rest:
    $check_names($registry, $rest, $method)
"""

# An undeclared payload is sent by name, too, as soon as a few receivers share the cost. The pattern
# counts them, and the functions are this signal's own, since threads wait for each other, without a
# GIL, where they use one object: be it a function like `len`, a dict or a method of it.
SPREAD_NAMES = """\
if $rest and not $more:
    match $entries:
        case [_, _, _, *_]:
            $names = $tuple($rest)
            try:
                $spread = $spreads[$names]
            except $KeyError:
                $spread = $spread_for($spreads, $flavour, $names, $spread_kind)
            if $spread is not None:
                $results = $await$spread($registry$of_sender, **$rest)
                if $results is not None:
                    return $results
"""

LOOP = """\
$results = []
$walk
return $results
"""

WALK = """\
for $entry in $entries:
    $receiver = $entry()
    if $receiver is not None and $entry.order is not None:
        $bind
        $deliver
"""

# in a loop of its own: with it, one takes a quarter longer where there is nothing to bind
BIND = """\
$bind = $entry.bind
if $bind is not None:
    $receiver = $bind($receiver)
"""

# From 3.12 on a comprehension is part of its function, and a tenth faster than the loop. Before, it
# is a function of its own, whose call takes longer than a few receivers.
COMPREHENSION = """\
return [
    (
        $bound
        $receiver($arguments),
    )
    for $entry in $entries
    if ($receiver := $entry()) is not None and $entry.order is not None
]
"""

BOUND = """\
$receiver := $receiver if ($bind := $entry.bind) is None else $bind($receiver),
"""

UNBOUND = """\
$receiver,
"""

CALL = """\
$result = $receiver($arguments)
"""

CALL_AND_AWAIT = """\
$result = $receiver($arguments)
if $type($result) is $CoroutineType or ($result is not None and $isawaitable($result)):
    $result = await $result
"""

# where every receiver is known to be a coroutine function
AWAIT = """\
$result = await $receiver($arguments)
"""

ROBUSTLY = """\
try:
    $call
except $Exception as $error:
    $result = $failed($registry, $receiver, $error)
"""

KEEP = """\
$results.append(($receiver, $result))
"""
