/**
 * Publishes an event's messages and puts it into its tenant's replay log. Atomic; repetition and
 * order of events do not matter. The messages come first: a server that refuses to write (no
 * memory, no disk, too few replicas) fails the script at its first write.
 *
 * KEYS: log (sorted set by seq), head (hash: epoch, seq, bytes). ARGV: epoch, seq, envelope,
 * maximum events, maximum bytes, time to live of the log and of the head in ms, then channel and
 * text of each message. Returns 1 when another event had this number.
 *
 * `bytes` is the log's size; the script recounts it when the hash lacks it (another epoch, lost
 * key). A head that was lost, or was another epoch's, is the log's newest event again.
 *
 * Each call costs a command of Redis and a line of its AOF, so what need not run for each event
 * does not: above the head of its epoch no number is taken, every sixteenth of the maximum cuts the
 * log back to it, and a time to live begins again once a tenth of it has passed. A number that is
 * taken begins it again, too: a log whose only event was taken out has none.
 */
export const appendScript = `
for i = 8, #ARGV, 2 do redis.call('SPUBLISH', ARGV[i], ARGV[i + 1]) end
local log, head = KEYS[1], KEYS[2]
local epoch, envelope, seq = ARGV[1], ARGV[3], tonumber(ARGV[2])
local maxEvents, maxBytes, ttl = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local known = redis.call('HMGET', head, 'epoch', 'seq', 'bytes')
local sameEpoch = known[1] == epoch
local newest = not sameEpoch or seq > tonumber(known[2])
local bytes = sameEpoch and tonumber(known[3])
local left = redis.call('PTTL', log)
local isEmpty = left == -2
local diverged = 0
if not isEmpty and not (sameEpoch and newest) then
  local same = redis.call('ZRANGEBYSCORE', log, ARGV[2], ARGV[2])
  for _, member in ipairs(same) do
    if member ~= envelope then diverged = 1 end
    if bytes then bytes = bytes - #member end
  end
  if #same > 0 then
    redis.call('ZREMRANGEBYSCORE', log, ARGV[2], ARGV[2])
    left = 0
  end
end
redis.call('ZADD', log, ARGV[2], envelope)
local top = ARGV[2]
if not isEmpty and not sameEpoch then
  top = redis.call('ZRANGE', log, -1, -1, 'WITHSCORES')[2]
end
if isEmpty then
  bytes = #envelope
elseif bytes then
  bytes = bytes + #envelope
else
  bytes = 0
  for _, member in ipairs(redis.call('ZRANGE', log, 0, -1)) do bytes = bytes + #member end
end
if bytes > maxBytes or seq % math.max(1, math.floor(maxEvents / 16)) == 0 then
  local count = redis.call('ZCARD', log)
  while count > 0 and (count > maxEvents or bytes > maxBytes) do
    local dropped = redis.call('ZPOPMIN', log, math.max(1, count - maxEvents))
    for i = 1, #dropped, 2 do bytes = bytes - #dropped[i] end
    count = count - #dropped / 2
  end
end
local size = string.format('%d', bytes)
if not sameEpoch then
  redis.call('HSET', head, 'epoch', epoch, 'seq', top, 'bytes', size)
elseif newest then
  redis.call('HSET', head, 'seq', ARGV[2], 'bytes', size)
else
  redis.call('HSET', head, 'bytes', size)
end
if not sameEpoch or left < 0.9 * ttl then
  redis.call('PEXPIRE', log, ARGV[6])
  redis.call('PEXPIRE', head, ARGV[7])
end
return diverged
`;
