"""The templates of sending functions.

In them `$name` stands for a name that no parameter of the payload has. A line with nothing else is
replaced by another template, indented likewise.
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
        $send_by_names
        $call_methods
$send_by_names
$call_functions
"""

SEND_AWAITED = """\
$kind, $entries = $registry.snapshot
if $kind != $ALL_AWAIT or $registry.routed:
    $look
    if $kind < $ALL_AWAIT:
        $leave_to_recorder
        return None  # some receivers are not coroutine functions: leave the send to the caller
    if $kind > $ALL_AWAIT:
        $call_methods
$call_functions
"""

# some receivers must be awaited, or the send is observed: leave the send to the caller
LEAVE_TO_CALLER = """\
if $kind > $STALE:
    $leave_to_recorder
    return None
"""

# a recorder observes the send
LEAVE_TO_RECORDER = """\
if $kind == $KIND_RECORDED:
    $send = $recorded_for($flavour, $named, $sender_flags, $is_awaited, $title)
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

# an observed send: its code is in `_delivering`
OBSERVED = """\
$check_names
def $call($receiver):
    return $receiver($arguments)
return $await$deliver($registry, $method, $sender, {$payload}, $call$and_limit)
"""

# a recorded send: the usual loop, which also notifies a recorder
RECORDED = """\
$record = $asking.recorder
$watch = None
if $record is not None:
    $watch = $record($registry, $sender, {$payload}, ($shape), $depth)
$results = []
$receiver = None
try:
    $walk
except $BaseException:
    if $watch is not None:
        $watch.stopped($results, $receiver)
    raise
if $watch is not None:
    $watch.ended($results)
return $results
"""

# the send is observed: it goes through another function, which is stored on the signal
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

# the function was made before there was a declaration, and may still be referenced
CHECK_DECLARATION = """\
if $registry.declared:
    return $await$declared($registry, $flavour$and_limit)($passed_on)
"""

# there are methods to bind, receivers of one sender, or changes
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

# no receiver is connected to this sender; it may be a proxy of another object
UNHEARD = """\
elif $id($type($sender)) not in $ordinary:
    $heed_proxy($registry, $sender)
"""

CHECK_NAMES = """\
if $rest:
    $check_names($registry, $rest, $method)
"""

# From three receivers on, an undeclared payload is also sent by a function with its names. The
# pattern counts the receivers, and each signal has its own functions, because without a GIL threads
# would contend for shared objects: a function like `len`, a dict or its methods.
SEND_BY_NAMES = """\
if $rest and not $more:
    match $entries:
        case [_, _, _, *_]:
            $names = $tuple($rest)
            try:
                $named_send = $named_sends[$names]
            except $KeyError:
                $named_send = $named_send_for($named_sends, $flavour, $names, $sender_flags)
            if $named_send is not None:
                $results = $await$named_send($registry$of_sender, **$rest)
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

# only in loops with methods: it makes a loop without methods a quarter slower
BIND = """\
$bind = $entry.bind
if $bind is not None:
    $receiver = $bind($receiver)
"""

# Since 3.12 a comprehension is inlined, and a tenth faster than the loop. Before, it is a function,
# whose call takes longer than a few receivers.
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

# if every receiver is known to be a coroutine function
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
