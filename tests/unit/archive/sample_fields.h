/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_FIELDS_H
#define SAMPLE_FIELDS_H

/* Tables of pages (sample_reading.h) and the fields of one kind that are on them: "A; B!; C*", where ! stands behind what
 * is not valid and * behind what was repaired. */

#include <stdio.h>

#include "field.h"
#include "sample_reading.h"

struct sample_fields {
	const char *page, *fields;
};

static inline void sample_fields_check(
	const char *kind, const struct sample_fields *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		Zong__Reading *reading = sample_reading(samples[i].page);
		char got[4096] = "";
		size_t len = 0;

		assert_int_equal(zong_fields_find(reading), 0);
		for (size_t f = 0; f < reading->n_fields; f++) {
			const Zong__Field *field = reading->fields[f];

			if (strcmp(field->kind, kind) == 0)
				len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%s%s%s",
					len ? "; " : "", field->value, field->valid ? "" : "!",
					field->repaired ? "*" : "");
		}
		if (strcmp(got, samples[i].fields) != 0)
			print_error("in: %s\n", samples[i].page);
		assert_string_equal(got, samples[i].fields);
		sample_free(reading);
	}
}

#define SAMPLE_FIELDS_CHECK(kind, samples)                                                         \
	sample_fields_check(kind, samples, sizeof(samples) / sizeof((samples)[0]))

#endif
