#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mkscan as it is called: what it writes, that it writes it the same twice, what it refuses.
LC_ALL=C.UTF-8
export LC_ALL
mkscan=${ZONG_BUILD:-.}/tools/mkscan
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
case $mkscan in
/*) ;;
*) mkscan=$OLDPWD/$mkscan ;;
esac
count=0

# check NAME COMMAND...: one TAP line; the command's last output as the reason.
check()
{
	name=$1
	shift
	count=$((count + 1))
	if "$@" >check.log 2>&1; then
		echo "ok $count - $name"
	else
		sed 's/^/# /' check.log
		echo "not ok $count - $name"
	fi
}

skip()
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

has()
{
	command -v "$1" >/dev/null 2>&1
}

same_twice()
{
	"$mkscan" --dpi 100 --kind mixed --pages 3 --noise 0.3 --skew 1 --seal "$@" &&
		for file; do :; done && mv "$file" first &&
		"$mkscan" --dpi 100 --kind mixed --pages 3 --noise 0.3 --skew 1 --seal "$@" &&
		cmp first "$file"
}

other_seed_differs()
{
	"$mkscan" --dpi 100 --noise 0.2 --seed 1 a.tif && "$mkscan" --dpi 100 --noise 0.2 --seed 2 b.tif &&
		! cmp -s a.tif b.tif
}

same_page_alone_or_in_a_book()
{
	# The second page does not depend on how the first was made.
	"$mkscan" --dpi 60 --kind blank --kind letter --truth book.json book.tif &&
		"$mkscan" --dpi 60 --kind form --kind letter --truth book2.json book2.tif &&
		[ "$(jq -c '.pages[1]' book.json)" = "$(jq -c '.pages[1]' book2.json)" ]
}

truth_set()
{
	"$mkscan" --truth-set set --pages 6 --seed 3 && "$mkscan" --truth-set again --pages 4 --seed 3 ||
		return 1
	rm again/truth.json
	for file in again/*; do
		cmp "$file" "set/${file#again/}" || return 1
	done
	ls set | grep -v '^truth.json$' | grep -Ev '^[0-9]{3}-[a-z]+-[a-z]+\.(tif|png|jpg|txt)$' && return 1
	[ "$(ls set | wc -l)" -eq 13 ] && [ "$(jq '.pages | length' set/truth.json)" -eq 6 ] &&
		jq -r '.pages[].file' set/truth.json | while read -r file; do
			[ -s "set/$file" ] && jq -r --arg file "$file" \
				'.pages[] | select(.file == $file) | .lines[]' set/truth.json |
				cmp - "set/${file%.*}.txt" || exit 1
		done
}

damages_are_named()
{
	"$mkscan" --dpi 60 --damage curve --damage seal:0.9 --turn 270 --truth damages.json damages.png &&
		jq -e '.pages[0] | .damages == ["seal", "curve"] and .turn == 270 and .width == 702
			and (.seals | length) == 2 and (.boxes | length) == (.lines | length)' damages.json
}

old_certificates()
{
	for cert in 示例县房权证示例街道字第012345号 '示国用（2003）第0123号' '示集用（1998）第00123号'; do
		"$mkscan" --dpi 60 --kind certificate --cert "$cert" --truth old.json old.png &&
			jq -e --arg cert "$cert" '.pages[0] | (.lines[0] | test("^(房屋所有权|国有土地使用|集体土地使用)证$"))
				and .lines[1] == $cert
				and (.fields | map(select(.kind == "certificate"))[0] | .value == $cert
					and (.box | length) == 4)' old.json || return 1
	done
}

columns_take_text()
{
	echo 示例文字 >columns.txt
	"$mkscan" --dpi 60 --kind columns --text columns.txt --truth columns.json columns.png &&
		jq -e '.pages[0].lines[-1] == "示例文字"' columns.json
}

numbers_stand_at_the_foot()
{
	echo 示例文字 >words.txt
	for how in words slash dashes; do
		"$mkscan" --dpi 60 --text words.txt --pages 3 --numbers $how --truth numbers.json numbers.tif || return 1
		jq -r '.pages[1].lines[-1]' numbers.json
	done | tr '\n' ';' | grep -Fx '第 2 页 共 3 页;2/3;- 2 -;' || return 1
	"$mkscan" --numbers roman none.tif 2>&1 | grep -q -- --numbers
}

opens_as()
{
	kind=$1
	shift
	for file; do :; done
	"$mkscan" --dpi 100 "$@" && file -b "$file" && file -b "$file" | grep -q "$kind"
}

tiff_pages()
{
	"$mkscan" --dpi 60 --kind form --kind tax --pages 5 five.tif &&
		[ "$(tiffinfo five.tif 2>/dev/null | grep -c 'TIFF Directory')" -eq 5 ]
}

tiff_form()
{
	want=$1
	shift
	"$mkscan" --dpi 60 "$@" form.tif && tiffinfo -r form.tif >info 2>&1 && cat info &&
		grep -q "$want" info && tiffcp -c none form.tif plain.tif
}

pdf_pages()
{
	"$mkscan" --dpi 100 --kind letter --pages 3 "$@" three.pdf && pdfinfo three.pdf >info &&
		cat info && grep -q '^Pages: *3$' info && grep -q '(A4)' info &&
		pdftoppm -r 20 three.pdf out 2>err && cat err && [ ! -s err ]
}

pdf_image()
{
	want=$1
	shift
	"$mkscan" --dpi 100 --kind letter "$@" image.pdf && pdfimages -list image.pdf >list &&
		cat list && tail -1 list | grep -q " $want "
}

pdf_text()
{
	"$mkscan" --kind letter --born-digital text.pdf && pdftotext text.pdf - >text && cat text &&
		grep -q '示例自然资源和规划局' text && grep -q '370786001001GB00001F00010001' text
}

truth_says()
{
	"$mkscan" --dpi 100 --kind form --kind blank --skew 2 --party 示例癸:11010519491231002X \
		--party 示例甲 --case 2026A1 --unit 370786001001GB00009W00000000 --cert '鲁(2020)1号' \
		--address 示例路2号 --truth truth.json page.tif && jq . truth.json >/dev/null &&
		jq -e '(.pages | length) == 2
			and .pages[0].kind == "form" and .pages[1].lines == []
			and .pages[0].width == 827 and .pages[0].height == 1169 and .pages[0].dpi == 100
			and (.pages[0].skew | fabs) <= 2 and .pages[0].skew != .pages[1].skew
			and (.pages[0].lines | join("") | contains("2026A1") and contains("示例路2号"))
			and (.pages[0].fields | map(select(.kind == "id").value)
				| index("11010519491231002X"))
			and (.pages[0].fields | map(select(.kind == "unit").value)
				== ["370786001001GB00009W00000000"])' truth.json
}

lines_stay()
{
	for kind in contract form tax letter; do
		"$mkscan" --kind $kind --dpi 50 --truth a.json a.tif &&
			"$mkscan" --kind $kind --dpi 120 --skew 5 --seed 9 --truth b.json b.tif || return 1
		[ "$(jq -c '.pages[0].lines' a.json)" = "$(jq -c '.pages[0].lines' b.json)" ] ||
			{ echo "$kind breaks elsewhere"; return 1; }
	done
}

can_be_read()
{
	"$mkscan" --kind text --truth read.json read.tif &&
		OMP_THREAD_LIMIT=1 tesseract read.tif read -l chi_sim 2>/dev/null &&
		tr -d ' ' <read.txt >read && jq -r '.pages[0].lines[]' read.json | while read -r line; do
			# marks and digits have twins of other widths: compare the first run of Han
			start=$(printf '%s' "$line" | sed 's/[^一-龥]/\n/g' | grep . | head -1)
			grep -qF "$start" read && echo found || echo "missed: $start"
		done >hits && cat hits && [ "$(grep -c found hits)" -gt "$(($(wc -l <hits) * 3 / 4))" ]
}

text_flows()
{
	# 3,000 numbered characters in paragraphs: none may be lost or doubled between pages.
	i=0
	while [ $i -lt 60 ]; do
		echo "第$i段，示例文字从这里开始，一直写到这里才算写完，再多写几个字凑够一行半，这样分页时段落会被切开。"
		i=$((i + 1))
	done >long.txt
	"$mkscan" --dpi 50 --text long.txt --truth long.json long.tif &&
		jq -r '.pages[].lines[]' long.json | tr -d '\n' >got &&
		tr -d '\n' <long.txt >want && cmp got want &&
		[ "$(jq '.pages | length' long.json)" -gt 1 ]
}

refused()
{
	"$mkscan" "$@" 2>err
	status=$?
	cat err
	[ $status -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -e refused.tif ] && [ ! -e refused.png ]
}

unwritable()
{
	"$mkscan" --dpi 50 missing/page.tif 2>err
	status=$?
	cat err
	[ $status -eq 1 ] && [ "$(wc -l <err)" -eq 1 ]
}

no_half_file()
{
	mkdir -p clean taken/page.png/full && cp long.txt clean/ &&
		! "$mkscan" --text clean/long.txt --dpi 50 clean/page.png 2>/dev/null &&
		! "$mkscan" --dpi 50 taken/page.png 2>/dev/null &&
		[ "$(ls clean)" = long.txt ] && [ "$(ls taken)" = page.png ]
}

demo_is_whole()
{
	"$mkscan" --dpi 50 --demo demo && jq -r '.[].files[].path' demo/cases.json >paths &&
		[ "$(wc -l <paths)" -ge 30 ] && while read -r path; do
			[ -s "demo/$path" ] || { echo "$path is missing"; return 1; }
		done <paths &&
		[ "$(find demo -type f | wc -l)" -eq $(($(wc -l <paths) + 2)) ] &&
		jq -e 'length >= 6 and all(.[]; (.units | length) > 0 and (.parties | length) > 0
			and all(.files[]; .type != "" and .title != "" and (.to | length) > 0))' \
			demo/cases.json &&
		jq -e '[.[].pages | length] | add >= 40 and add <= 50' demo/truth.json
}

demo_repeats_papers()
{
	for file in demo/*/*; do sha256sum <"$file"; done | sort | uniq -d >repeated
	[ "$(wc -l <repeated)" -ge 3 ]
}

check "the same order gives the same TIFF" same_twice x.tif
check "the same order gives the same colour TIFF" same_twice --colour rgb --compress jpeg x.tif
check "the same order gives the same PDF" same_twice --colour grey x.pdf
check "the same order gives the same born-digital PDF" same_twice --born-digital x.pdf
check "another seed gives another scan" other_seed_differs
check "a JPEG opens" opens_as 'JPEG image data.*100x100, .*827x1169' --colour rgb x.jpg
check "a grey PNG opens" opens_as 'PNG image data, 827 x 1169, 8-bit grayscale' --colour grey x.png
check "a bilevel PNG opens" opens_as 'PNG image data, 827 x 1169, 1-bit grayscale' x.png
check "a TIFF opens" opens_as 'TIFF image data' x.tif

if has tiffinfo && has tiffcp; then
	check "a TIFF holds the pages asked for" tiff_pages
	check "g4 is written" tiff_form 'CCITT Group 4' --compress g4
	check "g3 is written" tiff_form 'CCITT Group 3' --compress g3
	check "lzw is written" tiff_form 'LZW' --compress lzw --colour rgb
	check "deflate is written" tiff_form 'AdobeDeflate' --compress deflate --colour grey
	check "packbits is written" tiff_form 'PackBits' --compress packbits
	check "no compression is written" tiff_form 'Scheme: None' --compress none
	check "jpeg in strips is written" tiff_form 'Rows/Strip: 32' --compress jpeg --colour rgb --strips 32
	check "tiles are written" tiff_form 'Tile Width: 256' --tiled
	check "the orientation tag is written" tiff_form 'row 0 rhs, col 0 top' --orientation 6
	check "a turned page has its sides changed" tiff_form 'Image Width: 702 Image Length: 496' --orientation 8
	check "BigTIFF is written" tiff_form 'Image Width' --bigtiff
else
	skip "TIFF forms" "tiffinfo and tiffcp are not installed"
fi
if has pdfinfo && has pdfimages && has pdftotext && has pdftoppm; then
	check "a PDF holds the pages asked for, on A4" pdf_pages --colour rgb
	check "a bilevel PDF too" pdf_pages
	check "a born-digital PDF too" pdf_pages --born-digital
	check "a bilevel page is wrapped as fax" pdf_image ccitt
	check "a colour page is wrapped as JPEG" pdf_image jpeg --colour rgb
	check "a born-digital PDF has its text" pdf_text
else
	skip "PDF forms" "poppler-utils is not installed"
fi
if has jq; then
	check "the truth says what stands on the pages" truth_says
	check "a page does not depend on the one before" same_page_alone_or_in_a_book
	check "lines break the same at any resolution and skew" lines_stay
	check "a long text loses nothing between pages" text_flows
	check "the demo set is whole" demo_is_whole
	check "some papers of the demo come in twice" demo_repeats_papers
	check "a failure leaves no half file" no_half_file
	check "the truth names the damages" damages_are_named
	check "old certificates look as they did" old_certificates
	check "a page of columns takes a text" columns_take_text
	check "the number of a page stands at its foot" numbers_stand_at_the_foot
	check "a truth set is the same twice and says what is on its pages" truth_set
else
	skip "truth and demo" "jq is not installed"
fi
if has jq && has tesseract && tesseract --list-langs 2>/dev/null | grep -qx chi_sim; then
	check "a clean page can be read" can_be_read
else
	skip "a clean page can be read" "tesseract with chi_sim is not installed"
fi
check "an unwritable output is status 1" unwritable
check "an unknown option is refused" refused --sharpen refused.tif
check "an option without its value is refused" refused refused.tif --dpi
check "an unknown kind is refused" refused --kind recipe refused.tif
check "an unknown ending is refused" refused refused.bmp
check "no output is refused" refused
check "two outputs are refused" refused a.tif b.tif
check "a resolution out of range is refused" refused --dpi 5000 refused.tif
check "a word for a number is refused" refused --pages two refused.tif
check "a negative number is refused" refused --pages -1 refused.tif
check "noise that is no number is refused" refused --noise nan refused.tif
check "fax in colour is refused" refused --compress g4 --colour rgb refused.tif
check "jpeg in black and white is refused" refused --compress jpeg refused.tif
check "two pages in a PNG are refused" refused --pages 2 refused.png
check "tiles and strips together are refused" refused --tiled --strips 8 refused.tif
check "an orientation for a PNG is refused" refused --orientation 3 refused.png
echo 示例 >short.txt
check "text without a text page is refused" refused --kind form --text short.txt refused.tif
check "an empty text is refused" refused --text /dev/null refused.tif
check "an empty party is refused" refused --party : refused.tif
check "broken UTF-8 is refused" refused --address "$(printf '\377')" refused.tif
check "an unknown damage is refused" refused --damage coffee refused.tif
check "a damage too strong is refused" refused --damage seal:2 refused.tif
check "a JPEG quality out of range is refused" refused --damage jpeg:20 refused.tif
check "an eighth of a turn is refused" refused --turn 45 refused.tif
check "damage to what was never on paper is refused" refused --born-digital --damage blur refused.pdf
check "a truth set of no size is refused" refused --truth-set set.refused
check "a truth set with an output is refused" refused --truth-set set.refused --pages 2 refused.tif
check "a truth set with a kind is refused" refused --truth-set set.refused --pages 2 --kind form
check "a truth set that cannot be written is status 1" sh -c '"$1" --truth-set /dev/null/set --pages 1 2>/dev/null; [ $? -eq 1 ]' sh "$mkscan"
check "the damages are listed" sh -c '[ "$("$1" --list-damages | wc -l)" -eq 15 ]' sh "$mkscan"
check "the help is shown" sh -c '"$1" --help | grep -q "^Usage: mkscan"' sh "$mkscan"
check "the kinds are listed" sh -c '[ "$("$1" --list | wc -l)" -eq 10 ]' sh "$mkscan"
echo "1..$count"
