/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line of a card reader: what is taken for a card is written and read again as it was. */

#include <string.h>

#include <zong/utf8.h>

#include "fuzz.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader_line line, again;
	char text[READER_LINE];
	const char *wrong;

	if (!reader_parse((const char *)bytes, len, &line, &wrong)) {
		must_hold(wrong != NULL);
		return 0;
	}
	must_hold(wrong == NULL);
	must_hold(zong_utf8_valid(line.text, strlen(line.text)));
	if (line.word != READER_CARD)
		return 0;
	must_hold(line.name[0] && line.idno[0]);
	must_hold(zong_utf8_valid(line.name, strlen(line.name)));
	if (!reader_format(&line, text, sizeof(text)))
		return 0;
	must_hold(reader_parse(text, strlen(text), &again, &wrong));
	must_hold(strcmp(line.name, again.name) == 0 && strcmp(line.idno, again.idno) == 0);
	return 0;
}
