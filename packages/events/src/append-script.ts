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
 * key).
 */
export const appendScript = `
for i = 8, #ARGV, 2 do redis.call('SPUBLISH', ARGV[i], ARGV[i + 1]) end
local log, head = KEYS[1], KEYS[2]
local epoch, seq, envelope = ARGV[1], ARGV[2], ARGV[3]
local known = redis.call('HMGET', head, 'epoch', 'seq', 'bytes')
local bytes = known[1] == epoch and tonumber(known[3])
local diverged = 0
local same = redis.call('ZRANGEBYSCORE', log, seq, seq)
if #same > 0 then
  for _, member in ipairs(same) do
    if member ~= envelope then diverged = 1 end
    if bytes then bytes = bytes - #member end
  end
  redis.call('ZREMRANGEBYSCORE', log, seq, seq)
end
redis.call('ZADD', log, seq, envelope)
local count = redis.call('ZCARD', log)
if count == 1 then
  bytes = #envelope
elseif bytes then
  bytes = bytes + #envelope
else
  bytes = 0
  for _, member in ipairs(redis.call('ZRANGE', log, 0, -1)) do bytes = bytes + #member end
end
while count > 0 and (count > tonumber(ARGV[4]) or bytes > tonumber(ARGV[5])) do
  bytes = bytes - #redis.call('ZPOPMIN', log)[1]
  count = count - 1
end
if known[1] ~= epoch or tonumber(seq) > tonumber(known[2]) then
  redis.call('HSET', head, 'epoch', epoch, 'seq', seq, 'bytes', bytes)
else
  redis.call('HSET', head, 'bytes', bytes)
end
redis.call('PEXPIRE', log, ARGV[6])
redis.call('PEXPIRE', head, ARGV[7])
return diverged
`;
