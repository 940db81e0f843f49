# SPDX-License-Identifier: BSD-3-Clause
# For the tests of this folder: hosts in network namespaces around a running clickd.
#
#	. "$(dirname "$0")/lib.sh"
#	hosts veth			# or tap: two hosts, a and b, and clickd between them
#	router --io full		# conf/ip-router.click, started and ready
#	on a ping -c 1 10.0.1.2
#
# Host a is 10.0.0.2/24, b is 10.0.1.2/24; clickd is 10.0.0.1 and 10.0.1.1. Everything is waited for
# with a deadline and removed at exit; only processes that a test started are ended.

set -euo pipefail

# What libxdp forgets is not ours.
export LSAN_OPTIONS=suppressions=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lsan.supp:print_suppressions=0

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
clickd=${CLICKD:-$top/build/clickd}
id=clickd-test-$$
work=$(mktemp -d)
clickd_pid=
namespaces=()

skip() {
	echo "skipped: $*"
	exit 77
}

fail() {
	echo "FAILED: $*" >&2
	[ ! -s "$work/clickd.log" ] || sed 's/^/  clickd: /' "$work/clickd.log" >&2
	exit 1
}

cleanup() {
	local status=$?

	trap - EXIT INT TERM
	if [ -n "$clickd_pid" ] && kill -0 "$clickd_pid" 2>/dev/null; then
		kill -TERM "$clickd_pid" 2>/dev/null || true
		wait_gone "$clickd_pid" 3 || kill -KILL "$clickd_pid" 2>/dev/null || true
	fi
	for ns in "${namespaces[@]}"; do
		for pid in $(ip netns pids "$ns" 2>/dev/null); do
			kill -KILL "$pid" 2>/dev/null || true
		done
		ip netns del "$ns" 2>/dev/null || true
	done
	rm -rf "$work"
	exit "$status"
}

wait_gone() { # PID SECONDS
	local end=$((SECONDS + $2))

	while kill -0 "$1" 2>/dev/null; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# Until the command succeeds, or the deadline has passed.
wait_for() { # SECONDS COMMAND...
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -le "$end" ] || return 1
		sleep 0.1
	done
}

[ "$(id -u)" = 0 ] || skip "network namespaces need root"
command -v ip >/dev/null || skip "no ip command (apt-get install iproute2)"
ip netns add "$id-probe" 2>/dev/null || skip "network namespaces are not allowed here"
ip netns del "$id-probe"
[ -x "$clickd" ] || fail "no clickd at $clickd"
trap cleanup EXIT
trap 'exit 130' INT TERM

namespace() { # NAME
	ip netns add "$id-$1"
	namespaces+=("$id-$1")
	ip -n "$id-$1" link set lo up
	# The kernel must not talk by itself on the links under test.
	nsenter --net="/run/netns/$id-$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true
}

on() { # NAME COMMAND...
	local ns=$1

	shift
	nsenter --net="/run/netns/$id-$ns" "$@"
}

address() { # NAME LINK ADDRESS GATEWAY
	ip -n "$id-$1" addr add "$3" dev "$2"
	ip -n "$id-$1" link set "$2" up
	ip -n "$id-$1" route replace default via "$4"
}

# Kernels leave checksums to the device; what reads the frames in software sees them unfinished.
no_offload() { # NAME LINK
	on "$1" ethtool -K "$2" tx off >/dev/null 2>&1 || skip "no ethtool"
}

link_kind=
hosts() { # veth (net_af_packet), xdp (net_af_xdp on the same), tap
	link_kind=$1
	namespace a
	namespace b
	namespace r
	[ "$1" != tap ] || return 0
	for host in a b; do
		ip link add "ct$$" netns "$id-$host" type veth peer name "r$host" netns "$id-r"
		ip -n "$id-$host" link set "ct$$" name eth0
		ip -n "$id-r" link set "r$host" up
		no_offload "$host" eth0
	done
	address a eth0 10.0.0.2/24 10.0.0.1
	address b eth0 10.0.1.2/24 10.0.1.1
}

ports() { # the device strings of the two ports
	case $link_kind in
	veth) echo "PORT0=net_af_packet0,iface=ra PORT1=net_af_packet1,iface=rb" ;;
	xdp) echo "PORT0=net_af_xdp0,iface=ra PORT1=net_af_xdp1,iface=rb" ;;
	tap) echo "PORT0=net_tap0,iface=$tap_a PORT1=net_tap1,iface=$tap_b" ;;
	esac
}

tap_a=ta$$ tap_b=tb$$

# Runs clickd in the namespace r with a control socket, until it answers.
start() { # ARGS...
	: >"$work/clickd.log"
	# Not through a function, whose subshell would get the signals.
	nsenter --net="/run/netns/$id-r" "$clickd" -u "$work/ctl" "$@" \
		>"$work/clickd.out" 2>"$work/clickd.log" &
	clickd_pid=$!
	wait_for 10 read_handler version || fail "clickd does not start"
}

memory() { # the option for machines without hugepages
	[ "$(cat /sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages 2>/dev/null || echo 0)" -ge 64 ] ||
		echo --no-huge
}

router() { # ARGS...
	# shellcheck disable=SC2046
	start $(memory) "$@" "$top/conf/ip-router.click" $(ports)
	if [ "$link_kind" = tap ]; then
		# clickd made the interfaces in its own namespace.
		ip -n "$id-r" link set "$tap_a" netns "$id-a" name eth0
		ip -n "$id-r" link set "$tap_b" netns "$id-b" name eth0
		address a eth0 10.0.0.2/24 10.0.0.1
		address b eth0 10.0.1.2/24 10.0.1.1
	fi
	wait_for 5 on a ping -c 1 -W 1 10.0.0.1 || fail "clickd does not answer to ping"
	wait_for 5 on a ping -c 1 -W 1 10.0.1.2 || fail "b is not reached through clickd"
}

read_handler() { # NAME
	python3 "$here/control.py" "$work/ctl" read "$1"
}

write_handler() { # NAME VALUE
	python3 "$here/control.py" "$work/ctl" write "$1" "$2"
}

# Ends clickd in order, and checks the balance that it prints.
stop() {
	kill -TERM "$clickd_pid"
	wait_gone "$clickd_pid" 8 || fail "clickd does not end after SIGTERM"
	wait "$clickd_pid" || fail "clickd ended with status $?"
	clickd_pid=
	grep -q '^packets: received' "$work/clickd.log" || fail "no balance at the end"
	! grep -q 'NOT BALANCED' "$work/clickd.log" || fail "packets are unaccounted for"
	! grep -q 'missing from the pool' "$work/clickd.log" || fail "packets have leaked"
	! grep -qi 'sanitizer' "$work/clickd.log" || fail "a sanitizer has spoken"
}
