# SPDX-License-Identifier: BSD-3-Clause
# For the tests of this folder: hosts in network namespaces around a running clickd.
#
#	. "$(dirname "$0")/lib.sh"
#	hosts veth			# or tap: two hosts, a and b, and clickd between them
#	router --io full		# conf/ip-router.click, started and ready
#	on a ping -c 1 10.0.1.2
#
# Host a is 10.0.0.2/24, b is 10.0.1.2/24; clickd is 10.0.0.1 and 10.0.1.1. The functions that run
# clickd itself are in ../system/lib.sh.

. "$(dirname "${BASH_SOURCE[0]}")/../system/lib.sh"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
namespaces=()

cleanup_more() {
	local ns pid

	for ns in "${namespaces[@]}"; do
		for pid in $(ip netns pids "$ns" 2>/dev/null); do
			kill -KILL "$pid" 2>/dev/null || true
		done
		ip netns del "$ns" 2>/dev/null || true
	done
}

[ "$(id -u)" = 0 ] || skip "network namespaces need root"
command -v ip >/dev/null || skip "no ip command (apt-get install iproute2)"
ip netns add "$id-probe" 2>/dev/null || skip "network namespaces are not allowed here"
ip netns del "$id-probe"

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
hosts() { # veth (net_af_packet), xdp (net_af_xdp on the same), pcap (net_pcap on the same), tap
	link_kind=$1
	namespace a
	namespace b
	namespace r
	enter=(nsenter --net="/run/netns/$id-r")
	if [ "$1" = tap ]; then
		[ -c /dev/net/tun ] || skip "no /dev/net/tun (modprobe tun)"
		return
	fi
	for host in a b; do
		ip link add "ct$$" netns "$id-$host" type veth peer name "r$host" netns "$id-r"
		ip -n "$id-$host" link set "ct$$" name eth0
		ip -n "$id-r" link set "r$host" up
		no_offload "$host" eth0
	done
	address a eth0 10.0.0.2/24 10.0.0.1
	address b eth0 10.0.1.2/24 10.0.1.1
}

tap_a=ta$$ tap_b=tb$$

device() { # a|b NUMBER: the device string of clickd's port to a host
	case $link_kind in
	veth) echo "net_af_packet$2,iface=r$1" ;;
	xdp) echo "net_af_xdp$2,iface=r$1" ;;
	pcap) echo "net_pcap$2,iface=r$1" ;;
	tap) [ "$1" = a ] && echo "net_tap$2,iface=$tap_a" || echo "net_tap$2,iface=$tap_b" ;;
	esac
}

# The kernel's ends of TAP ports, which clickd made in its own namespace, go to the hosts.
connect_taps() {
	[ "$link_kind" = tap ] || return 0
	ip -n "$id-r" link set "$tap_a" netns "$id-a" name eth0
	ip -n "$id-r" link set "$tap_b" netns "$id-b" name eth0
	address a eth0 10.0.0.2/24 10.0.0.1
	address b eth0 10.0.1.2/24 10.0.1.1
}

router() { # ARGS...
	# shellcheck disable=SC2046
	start $(memory) "$@" "$top/conf/ip-router.click" \
		"PORT0=$(device a 0)" "PORT1=$(device b 1)"
	connect_taps
	wait_for 5 on a ping -c 1 -W 1 10.0.0.1 || fail "clickd does not answer to ping"
	wait_for 5 on a ping -c 1 -W 1 10.0.1.2 || fail "b is not reached through clickd"
}
