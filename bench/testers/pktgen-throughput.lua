-- RFC 2544 throughput (26.1) with Pktgen-DPDK: for each frame size the highest rate without loss, by
-- halving, a lossy trial repeated once. One direction, port 0 to port 1. Addresses come from
-- pktgen-router.pkt, which is loaded first:
--
--	pktgen -l 0-4 -n 4 -- -P -m "[1:2].0,[3:4].1" -f pktgen-router.pkt
--	Pktgen:/> script pktgen-throughput.lua

package.path = package.path .. ";?.lua;test/?.lua;app/?.lua;../?.lua"
require "Pktgen"

local SIZES = { 64, 128, 256, 512, 1024, 1280, 1518 }
local TRIAL_MS = 60000 -- of the standard; search trials may be shorter, if the report says so
local WAIT_MS = 2000 -- for stragglers
local RESOLUTION = 0.5 -- per cent of the line rate
local FROM, TO = 0, 1

local function trial(rate)
	pktgen.clr()
	pktgen.set(tostring(FROM), "rate", rate)
	pktgen.start(tostring(FROM))
	pktgen.delay(TRIAL_MS)
	pktgen.stop(tostring(FROM))
	pktgen.delay(WAIT_MS)
	local sent = pktgen.portStats(tostring(FROM), "port")[FROM].opackets
	local received = pktgen.portStats(tostring(TO), "port")[TO].ipackets
	return sent, received
end

local function is_clean(rate)
	for _ = 1, 2 do
		local sent, received = trial(rate)
		printf("  %6.2f %%: sent %d, received %d, lost %d\n", rate, sent, received, sent - received)
		if sent > 0 and received >= sent then
			return true, sent
		end
	end
	return false, 0
end

for _, size in ipairs(SIZES) do
	pktgen.set("all", "size", size)
	pktgen.range.pkt_size("all", "start", size)
	pktgen.range.pkt_size("all", "min", size)
	pktgen.range.pkt_size("all", "max", size)
	local low, high, best = 0, 100, 0
	local clean, sent = is_clean(high)
	if clean then
		low, best = high, sent
	end
	while high - low > RESOLUTION do
		local rate = (low + high) / 2
		clean, sent = is_clean(rate)
		if clean then
			low, best = rate, sent
		else
			high = rate
		end
	end
	printf("%d bytes: %.2f %% of the line, %.0f frames/s\n", size, low, best / (TRIAL_MS / 1000))
end
