# SPDX-License-Identifier: BSD-3-Clause
# For tests that run clickd: here, and in namespaces by way of ../netns/lib.sh.
#
#	. "$(dirname "$0")/lib.sh"
#	start mirror.click PORT=...	# in the background, until it answers
#	read_handler packets.count
#	stop				# in order, with the balance checked
#
# Several at once have names: launch NAME ARGS..., read_handler HANDLER NAME, stop NAME. Everything is
# waited for with a deadline and removed at exit; only processes that a test started are ended.

set -euo pipefail

system=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$system/../.." && pwd)
clickd=${CLICKD:-$top/build/clickd}
id=clickd-test-$$
work=$(mktemp -d)
python=python3 # the system's own, where another one comes first and is slow to start
[ ! -x /usr/bin/python3 ] || python=/usr/bin/python3
enter=() # what puts a command into the namespace of clickd
declare -A running=() # process numbers of clickd by name

# What libxdp forgets is not ours.
export LSAN_OPTIONS=suppressions=$top/test/netns/lsan.supp:print_suppressions=0

skip() {
	echo "skipped: $*"
	exit 77
}

fail() {
	local log

	echo "FAILED: $*" >&2
	for log in "$work"/*.log; do
		[ ! -s "$log" ] || sed "s/^/  $(basename "$log" .log): /" "$log" >&2
	done
	exit 1
}

# A test's own, for what else there is to remove.
cleanup_more() {
	:
}

gen_pid= # of the generator of frames, while it runs

cleanup() {
	local status=$? name

	trap - EXIT INT TERM
	for name in "${!running[@]}"; do
		kill -TERM "${running[$name]}" 2>/dev/null || continue
		wait_gone "${running[$name]}" 3 || kill -KILL "${running[$name]}" 2>/dev/null || true
	done
	[ -z "$gen_pid" ] || kill -KILL "$gen_pid" 2>/dev/null || true
	cleanup_more
	rm -rf "$work"
	exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

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

[ -x "$clickd" ] || fail "no clickd at $clickd"

is_sanitized() {
	grep -aEq '__[at]san_init' "$clickd"
}

memory() { # the option for machines without hugepages
	[ "$(cat /sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages 2>/dev/null || echo 0)" -ge 64 ] ||
		echo --no-huge
}

# Runs a clickd with a control socket, until it answers. Its texts are in $work/NAME.log, what it
# prints in $work/NAME.out.
launch() { # NAME ARGS...
	local name=$1

	shift
	: >"$work/$name.log"
	# Not through a function, whose subshell would get the signals.
	"${enter[@]}" "$clickd" -u "$work/$name.ctl" "$@" \
		>"$work/$name.out" 2>"$work/$name.log" </dev/null &
	running[$name]=$!
	wait_for 10 read_handler version "$name" || fail "clickd ($name) does not start"
}

start() { # ARGS...
	launch clickd "$@"
}

read_handler() { # HANDLER [NAME]
	"$python" "$top/scripts/control" "$work/${2:-clickd}.ctl" read "$1"
}

write_handler() { # HANDLER VALUE [NAME]
	"$python" "$top/scripts/control" "$work/${3:-clickd}.ctl" write "$1" "$2"
}

reads() { # HANDLER VALUE [NAME]: whether it has that value
	[ "$(read_handler "$1" "${3:-clickd}")" = "$2" ]
}

# Ends a clickd in order, and checks the balance that it prints, and that its pools are full again.
stop() { # [NAME]
	local name=${1:-clickd} pid log
	pid=${running[$name]}
	log=$work/$name.log

	kill -TERM "$pid" 2>/dev/null || fail "clickd ($name) has ended by itself"
	wait_gone "$pid" 8 || fail "clickd ($name) does not end after SIGTERM"
	wait "$pid" || fail "clickd ($name) ended with status $?"
	unset "running[$name]"
	check_end "$log"
}

check_end() { # LOG
	grep -q '^packets: received' "$1" || fail "no balance at the end"
	! grep -q 'NOT BALANCED' "$1" || fail "packets are unaccounted for"
	! grep -q 'missing from the pool' "$1" || fail "packets have leaked"
	! grep -q 'not made: the pool was empty' "$1" || fail "the pool was too small"
	check_sound "$1"
}

check_sound() { # LOG
	! grep -Eqi 'sanitizer|runtime error:' "$1" || fail "a sanitizer has spoken"
}

# The line of the balance: "received 5 + generated 0 = sent 5 + dropped 0 + held 0"
balance() { # [NAME]
	sed -n 's/^packets: //p' "$work/${1:-clickd}.log"
}

expect_balance() { # TEXT [NAME]
	[ "$(balance "${2:-clickd}")" = "$1" ] || fail "the balance is '$(balance "${2:-clickd}")', not '$1'"
}

frames() { # ARGS...: see frames.py
	"$python" "$system/frames.py" "$@"
}

# ---- numbered frames

gen=$(dirname "$clickd")/bench/rfc2544

need_generator() {
	[ -x "$gen" ] || skip "no $gen"
}

# Sends in the background. What it finds is in $work/gen.out.
generate() { # ARGS...
	# shellcheck disable=SC2046
	"$gen" $(memory) "$@" >"$work/gen.out" 2>"$work/gen.log" &
	gen_pid=$!
}

is_generating() {
	kill -0 "$gen_pid" 2>/dev/null
}

wait_for_generator() {
	wait "$gen_pid" || fail "the generator failed: $(cat "$work/gen.log")"
	gen_pid=
}

# What the generator says of its trial, checked: 0, 1 if frames are lost, 2 if the machine stood still
# meanwhile, so that it does not mean anything. Of the frames clickd has seen COUNT, at least LEAST.
judge_frames() { # COUNT LEAST
	"$python" - "$work/gen.out" "$@" <<-'END'
		import json, sys
		with open(sys.argv[1], encoding="utf-8") as f:
		    t = json.loads(f.readlines()[-1])
		print({k: t[k] for k in ("offered", "sent", "received", "reordered", "late", "foreign", "gaps")})
		if (t["sent"] == t["received"] == int(sys.argv[2]) and t["sent"] > int(sys.argv[3]) and
		        t["reordered"] == t["late"] == t["foreign"] == 0):
		    sys.exit(0)
		print(t)
		sys.exit(2 if t["gaps"] else 1)
	END
}
