#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Each breach that tools/check-layers knows, put alone into a clean tree, is reported under its own
# rule with file and line; what only looks like one is not.

set -u
script=${ZONG_SRCDIR:-$(dirname "$0")/../../..}/tools/check-layers
tree=$(mktemp -d) || exit 99
trap 'rm -rf "$tree" "$tree.out"' EXIT
tests=0
licence='/* SPDX-License-Identifier: GPL-3.0-or-later */'

clean_tree()
{
	rm -rf "${tree:?}"/*
	mkdir -p "$tree/include/zong" "$tree/src/base" "$tree/src/archive" "$tree/src/http" \
		"$tree/src/push" "$tree/store" "$tree/ocr" "$tree/tools" "$tree/tests/unit/store" \
		"$tree/tests/fuzz"
	write store/key.h 'int key;'
	write store/txn.c '#include "key.h"' '#include <zong/store.h>' 'MDB_txn *txn; mdb_open();'
	write store/textindex.cc 'Xapian::Database db;'
	write ocr/read.c 'PIX *a = pixRead(b); TIFFOpen(c); TessBaseAPICreate();'
	write src/http/server.c '#include <zong/material.h>' 'MHD_start_daemon();'
	write src/push/send.c 'curl_easy_init();'
	write src/archive/intake.c '#include <zong/store.h>' '#include <zong/pool.h>' \
		'zong_store_open(); zong_pool_probe();'
	write src/zongd.c 'zong_pool_new(); zong_store_open();'
	write tools/mkscan_tiff.c 'TIFFOpen();'
	write tools/client.c 'curl_easy_init();'
	write tests/unit/store/test_key.c '#include "key.h"' 'mdb_open(); zong_pool_new();'
	write tests/fuzz/fuzz_cut.c '#include "key.h"'
}

write()
{
	path=$tree/$1
	shift
	printf '%s\n' "$licence" "$@" >"$path"
}

result()
{
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		sed 's/^/# /' "$tree.out"
		echo "not ok $tests - $2"
	fi
}

passes()
{
	"$script" "$tree" >"$tree.out"
	status=$?
	[ $status = 0 ] && ! grep -q '^not ok' "$tree.out"
	result $? "$1"
	clean_tree
}

# SENTENCE PLACE RULE: exactly one rule is broken, and the place is named.
reports()
{
	"$script" "$tree" >"$tree.out"
	status=$?
	[ $status != 0 ] && [ "$(grep -c '^not ok' "$tree.out")" = 1 ] &&
		grep -q "^not ok .* - .*$3" "$tree.out" && grep -q "^# $2 " "$tree.out"
	result $? "$1"
	clean_tree
}

clean_tree
passes 'a clean tree passes'

write src/http/server.c '/* MHD' 'mdb_open' 'zong_store_open */' 'say("curl_easy_init TIFFOpen");' \
	"// Xapian" "c = '\"'; d = '\\''; /* popen( */" 'my_system(); x_strcpy(a); fgets(b);'
passes 'words in comments and strings are no calls'

write src/http/server.c '' '#include "key.h"'
reports 'a private header of another folder is reported' src/http/server.c:3 'private headers'
write store/txn.c '#include "store/key.h"' '#include "made_by_build.inc"'
passes 'the own folder may be named'
write src/http/server.c '' '#include "store/key.h"'
reports 'naming another folder does not help' src/http/server.c:3 'private headers'
write src/archive/row.h ''
write src/http/server.c '' '#include "archive/row.h"'
reports 'nor does naming one beside it' src/http/server.c:3 'private headers'
write src/http/deep.h ''
write src/http/server.c '#include "http/deep.h"'
write tests/unit/store/test_key.c '#include "store/key.h"'
passes 'a test may name the folder it tests'
write store/txn.c '#include "../ocr/proto.h"'
reports 'a way around through .. is reported' store/txn.c:2 'private headers'
write tests/unit/store/test_key.c '#include "proto.h"'
write ocr/proto.h ''
reports 'a test reaches only into the folder it tests' tests/unit/store/test_key.c:2 'private headers'
write store/txn.c '#include <zong/material.h>'
reports 'the store must not know the domain' store/txn.c:2 'contracts below'
write store/txn.c '#include <zong/pool.h>'
reports 'the store must not know the workers' store/txn.c:2 'contracts below'
write ocr/read.c '#include <zong/store.h>'
reports 'the workers must not know the store' ocr/read.c:2 'contracts below'
write src/base/a.c '#include <zong/case.h>'
reports 'the foundation must not know the domain' src/base/a.c:2 'contracts below'
write include/zong/buffer.h '#include <zong/store.h>'
reports 'a public header has the layer of its files' include/zong/buffer.h:2 'contracts below'
write src/push/send.c '#include <zong/store.h>'
reports 'push must not know the store' src/push/send.c:2 'contracts below'

write src/archive/intake.c '' 'MDB_txn *t;'
reports 'LMDB above the store is reported' src/archive/intake.c:3 'LMDB'
write src/archive/intake.c 'mdb_get();'
reports 'a call of LMDB above the store is reported' src/archive/intake.c:2 'LMDB'
write src/zongd.c 'MHD_start_daemon();'
reports 'libmicrohttpd outside http is reported' src/zongd.c:2 'libmicrohttpd'
for word in 'TIFFOpen();' 'TIFF *t;' 'pixRead();' 'PIX *p;' 'TessBaseAPICreate();' \
	'poppler_document_new();'; do
	write src/archive/intake.c "$word"
	reports "an image library outside ocr is reported: $word" src/archive/intake.c:2 libtiff
done
write src/http/server.c 'curl_easy_init();'
reports 'libcurl outside push is reported' src/http/server.c:2 libcurl
write src/http/server.c 'CURL *c;'
reports 'a type of libcurl outside push is reported' src/http/server.c:2 libcurl
write store/search.cc 'Xapian::Database db;'
reports 'Xapian outside its one file is reported' store/search.cc:2 Xapian
for file in src/http/server.c src/push/send.c ocr/read.c; do
	write $file 'zong_store_get();'
	reports "the store called from $file is reported" $file:2 'the store is not called'
	write $file 'zong_txn_put();'
	reports "a transaction called from $file is reported" $file:2 'the store is not called'
done
for file in src/http/server.c src/push/send.c store/txn.c; do
	write $file 'zong_pool_read();'
	reports "the pool called from $file is reported" $file:2 'worker pool'
done

write src/http/api_files.c 'zong_case_get(req->http->archive);'
reports 'a handler that asks another archive than that of the request is reported' src/http/api_files.c:2 'may be a vault'
write src/http/api_files.c 'zong_vault_bring_case(req->http->archive);'
passes 'bringing a case into a vault asks both'

for name in strcpy strcat sprintf vsprintf strtok atoi atol gets system popen tmpnam; do
	write src/base/a.c "	x = $name (a);"
	reports "the banned function $name is reported" src/base/a.c:2 'bound what it writes'
done
write tests/unit/store/test_key.c '/* a */ strcpy(a, b); /* b */'
reports 'a banned function in a test is reported' tests/unit/store/test_key.c:2 'bound what it writes'

{ echo "$licence"; yes ';' | head -n 699; } >"$tree/src/base/long.c"
passes '700 lines are not too long'
{ echo "$licence"; yes ';' | head -n 700; } >"$tree/src/base/long.c"
reports '701 lines are too long' src/base/long.c:701 'longer than'

echo 'int a;' >"$tree/src/base/a.c"
reports 'a source without a licence is reported' src/base/a.c:1 licence
echo '#!/bin/sh' >"$tree/tools/run"
reports 'a script without a licence is reported' tools/run:1 licence
printf '\n\n\n%s\n' "$licence" >"$tree/src/base/a.c"
reports 'a licence further down is reported' src/base/a.c:1 licence

rm -rf "${tree:?}"/*
mkdir "$tree/src"
"$script" "$tree" >"$tree.out"
[ $? != 0 ] && grep -q '^not ok 1 - there are sources' "$tree.out"
result $? 'a tree without sources does not pass'

echo "1..$tests"
