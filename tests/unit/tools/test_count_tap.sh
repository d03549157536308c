#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What tools/count-tap makes of the TAP that programs print.

set -u
script=${ZONG_SRCDIR:-$(dirname "$0")/../../..}/tools/count-tap
tests=0

# SENTENCE TAP EXPECTED
counts()
{
	tests=$((tests + 1))
	got=$(printf '%b' "$2" | "$script")
	if [ "$got" = "$(printf '%b' "$3")" ]; then
		echo "ok $tests - $1"
	else
		printf '%s\n' "$got" | sed 's/^/# /'
		echo "not ok $tests - $1"
	fi
}

counts 'each result is a line' \
	'TAP version 13\n1..3\nok 1 - a\nnot ok 2 - b\n# why\nok 3\n' \
	'passed\nfailed not ok 2 - b\npassed'
counts 'a skip keeps its reason' \
	'ok 1 - a # SKIP no corpus\n1..1\n' \
	'skipped ok 1 - a # SKIP no corpus'
counts 'a whole file can be skipped' '1..0 # SKIP no corpus\n' 'skipped 1..0 # SKIP no corpus'
counts 'of subtests the leaves are counted' \
	'# Subtest: f\n    # Subtest: g\n        ok 1 - a\n        ok 2 - b # SKIP no corpus\n        1..2\n    ok 1 - g\n    ok 2 - h\n    1..2\nok 1 - f\n1..1\n' \
	'passed\nskipped ok 2 - b # SKIP no corpus\npassed'
counts 'a failing leaf is counted once' \
	'    not ok 1 - a\n    ok 2 - b\n    1..2\nnot ok 1 - f\n1..1\n' \
	'failed not ok 1 - a\npassed'
counts 'a parent that fails by itself is counted' \
	'    ok 1 - a\n    1..1\nnot ok 1 - f\nok 2 - g\n1..2\n' \
	'passed\nfailed not ok 1 - f\npassed'
counts 'a failure of one parent does not hide that of the next' \
	'    not ok 1 - a\nnot ok 1 - f\n    ok 1 - b\nnot ok 2 - g\n1..2\n' \
	'failed not ok 1 - a\npassed\nfailed not ok 2 - g'
counts 'what was planned and did not run has failed' \
	'1..3\nok 1\n' 'passed\nfailed 1 tests ran of 3 that were planned'
counts 'two programs, one behind the other, each keep their plan' \
	'ok 1 - a\n1..1\nTAP version 13\nok 1 - b\nok 2 - c\n1..2\n' 'passed\npassed\npassed'
counts 'what a test says about itself is no result' \
	'not ok 1 - a\n  ---\n  stack: |-\n    not ok 7\n    1..9\n  ...\nok 2\n1..2\n' \
	'failed not ok 1 - a\npassed'
counts 'a run that gives up has failed' 'ok 1\nBail out! no disk\n' \
	'passed\nfailed Bail out! no disk'
counts 'other output is no result' 'okay\nnotok\n ok? no\n# ok 1\nokra 2\n' ''

echo "1..$tests"
