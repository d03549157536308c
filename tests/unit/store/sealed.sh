#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What holds for an archive holds for a sealed one: runs unit tests of the store once more with ZONG_TEST_SEALED,
# which has their fixture make archives that are sealed. One TAP line a program; what it printed when it failed, as comments.

build=${ZONG_BUILD:-.}/tests/unit/store
tests="collect counter ingest iter jobs jobs_take pending reader reading recipe text txn verify wipe writer"
number=0
failed=0

# shellcheck disable=SC2086 # words
set -- $tests
echo "1..$#"
for name in "$@"; do
	number=$((number + 1))
	if said=$(ZONG_TEST_SEALED=1 "$build/test_$name" 2>&1); then
		echo "ok $number - $name holds in a sealed archive"
	else
		echo "not ok $number - $name holds in a sealed archive"
		echo "$said" | sed 's/^/# /'
		failed=1
	fi
done
exit "$failed"
