"""What Redis does in one step, where several steps would leave room for another process.

A stream's ids are compared as texts, by length first: their numbers may be too large for Lua's.
"""

from __future__ import annotations

from hashlib import sha1


class Script:
    """A script, and the digest by which a server that has it knows it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = sha1(text.encode(), usedforsecurity=False).hexdigest()


# KEYS streams; ARGV group, consumer, milliseconds
# Claims the first message that nobody renewed for so long. One alone: each claim counts as an
# attempt, and what waits behind a message that kills its process must not be counted with it.
CLAIM = Script("""
for _, key in ipairs(KEYS) do
  while true do
    local idle = redis.call('XPENDING', key, ARGV[1], 'IDLE', ARGV[3], '-', '+', 1)[1]
    if not idle then break end
    local claimed = redis.call('XCLAIM', key, ARGV[1], ARGV[2], 0, idle[1])[1]
    if claimed then return {key, claimed[1], claimed[2], idle[4] + 1} end
    redis.call('XACK', key, ARGV[1], idle[1]) -- somebody has deleted it
  end
end
return false
""")

# KEYS streams; ARGV group, consumer, then for each stream an id, milliseconds, a count or ''
# Sets since when messages of this consumer are idle, and how often they were tried.
# Returns the places in KEYS of those that are not this consumer's any more.
KEEP = Script("""
local lost = {}
for place, key in ipairs(KEYS) do
  local id, idle, count = unpack(ARGV, 3 * place, 3 * place + 2)
  if not redis.call('XPENDING', key, ARGV[1], id, id, 1, ARGV[2])[1] then
    lost[#lost + 1] = place
  elseif count == '' then
    redis.call('XCLAIM', key, ARGV[1], ARGV[2], 0, id, 'IDLE', idle, 'JUSTID')
  else
    redis.call('XCLAIM', key, ARGV[1], ARGV[2], 0, id, 'IDLE', idle, 'RETRYCOUNT', count, 'JUSTID')
  end
end
return lost
""")

# KEYS stream, dead letters; ARGV group, id, then names and values of the dead letter
BURY = Script("""
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
if ARGV[2] ~= '' then redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) end
return true
""")

# KEYS streams; ARGV group, milliseconds, the one consumer it is about or ''
# Forgets consumers that were silent for so long. A consumer that owes something is left: what is
# pending would go with it.
FORGET = Script("""
for _, key in ipairs(KEYS) do
  for _, facts in ipairs(redis.call('XINFO', 'CONSUMERS', key, ARGV[1])) do
    local of = {}
    for place = 1, #facts, 2 do of[facts[place]] = facts[place + 1] end
    if of.pending == 0 and of.idle >= tonumber(ARGV[2]) and (ARGV[3] == '' or ARGV[3] == of.name)
    then
      redis.call('XGROUP', 'DELCONSUMER', key, ARGV[1], of.name)
    end
  end
end
return true
""")

# KEYS streams; ARGV milliseconds that a listener may be away, milliseconds without any group
# Deletes what no group owes any more. A group owes all from its oldest pending message on, and all
# that it was never given.
TRIM = Script("""
local function less(a, b)
  if #a ~= #b then return #a < #b end
  return a < b
end

local function before(a, b)
  local a_time, a_number = a:match('(%d+)-(%d+)')
  local b_time, b_number = b:match('(%d+)-(%d+)')
  if a_time ~= b_time then return less(a_time, b_time) end
  return less(a_number, b_number)
end

local function after(id)
  local time, number = id:match('(%d+)-(%d+)')
  if #number > 15 then return id end
  return string.format('%s-%.0f', time, tonumber(number) + 1)
end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local trimmed = 0
for _, key in ipairs(KEYS) do
  local groups = redis.pcall('XINFO', 'GROUPS', key)
  if not groups.err then
    local kept = groups[1] and ARGV[1] or ARGV[2]
    local floor = string.format('%.0f-0', math.max(0, now - kept))
    if tonumber(kept) == 0 then floor = '18446744073709551615-0' end
    for _, facts in ipairs(groups) do
      local of = {}
      for place = 1, #facts, 2 do of[facts[place]] = facts[place + 1] end
      local owed = redis.call('XPENDING', key, of.name)[2] or after(of['last-delivered-id'])
      if before(owed, floor) then floor = owed end
    end
    trimmed = trimmed + redis.call('XTRIM', key, 'MINID', floor)
  end
end
return trimmed
""")
