/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/code.h>
#include <zong/query.h>
#include <zong/utf8.h>

#include "property.h"

/* Metadata by themselves: how long they are, of what form, which values, which characters, and whether they are there. */

struct text {
	const char *element, *value;
	size_t max; /* bytes */
};

struct owner {
	struct zong_property_run *run;
	const struct zong_property_paper *paper; /* NULL: the case, or a volume: */
	const char *object;
};

static void fault(const struct owner *owner, enum zong_property_item item, const char *element,
	const char *why, const char *detail)
{
	if (owner->paper)
		zong_property_fault_of(owner->run, item, owner->paper, element, why, detail);
	else
		zong_property_fault(owner->run, item,
			&(struct zong_property_fault){.object = owner->object,
				.element = element,
				.why = why,
				.detail = detail});
}

/* Noncharacters, private use and the mark of what was no UTF-8 once: they look otherwise at each place. */
static bool is_strange(uint32_t character)
{
	return character == ZONG_UTF8_BAD || character < 0x20 ||
	       (character >= 0x7f && character < 0xa0) || character == 0xfffd ||
	       (character >= 0xe000 && character <= 0xf8ff) || (character & 0xfffe) == 0xfffe ||
	       character >= 0xf0000;
}

static bool has_strange(const char *value, char *ret_which, size_t size)
{
	size_t len = strlen(value);

	for (size_t pos = 0; pos < len;) {
		uint32_t character = zong_utf8_next(value, len, &pos);

		if (!is_strange(character) || character == '\n' || character == '\t')
			continue;
		snprintf(ret_which, size, "U+%04X",
			character == ZONG_UTF8_BAD ? 0xfffdu : character);
		return true;
	}
	return false;
}

static void look_text(const struct owner *owner, const struct text *text)
{
	size_t len = strlen(text->value);
	char detail[64];

	zong_property_looked(owner->run, ZONG_PROPERTY_LENGTH, 1);
	zong_property_looked(owner->run, ZONG_PROPERTY_CHARACTERS, 1);
	if (len > text->max) {
		snprintf(detail, sizeof(detail), "%zu > %zu", len, text->max);
		fault(owner, ZONG_PROPERTY_LENGTH, text->element, "too-long", detail);
	}
	if (has_strange(text->value, detail, sizeof(detail)))
		fault(owner, ZONG_PROPERTY_CHARACTERS, text->element, "bad-character", detail);
}

static void look_texts(const struct owner *owner, const struct text *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		look_text(owner, &text[i]);
}

#define LOOK_TEXTS(owner, texts) look_texts(owner, texts, sizeof(texts) / sizeof((texts)[0]))

static void look_form(const struct owner *owner, const char *element, bool right, const char *value)
{
	zong_property_looked(owner->run, ZONG_PROPERTY_FORMAT, 1);
	if (!right)
		fault(owner, ZONG_PROPERTY_FORMAT, element, "bad-format", value);
}

static void look_value(
	const struct owner *owner, const char *element, bool right, const char *value)
{
	zong_property_looked(owner->run, ZONG_PROPERTY_VALUES, 1);
	if (!right)
		fault(owner, ZONG_PROPERTY_VALUES, element, "not-in-list", value);
}

static void look_element(
	const struct owner *owner, enum zong_property_item item, const char *element, bool there)
{
	zong_property_looked(owner->run, item, 1);
	if (!there)
		fault(owner, item, element, "empty", NULL);
}

static void look_units(const struct owner *owner, char *const *units, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct zong_unit_code code;
		bool is_code = zong_unit_code_parse(units[i], strlen(units[i]), &code) == 0;

		look_form(owner, "units",
			is_code && code.level != ZONG_UNIT_PREFIX &&
				strcmp(code.text, units[i]) == 0,
			units[i]);
		if (is_code) /* a parcel without survey is odd, but its code is one */
			look_value(owner, "units",
				!(code.oddities & (ZONG_UNIT_ODD_OWNERSHIP | ZONG_UNIT_ODD_PAIR |
							  ZONG_UNIT_ODD_SERIAL)),
				units[i]);
	}
}

/* ---- the case ---- */

static void look_parties(const struct owner *owner, const Zong__Case *cas)
{
	for (size_t i = 0; i < cas->n_parties; i++) {
		const Zong__Party *party = cas->parties[i];
		const struct text texts[] = {
			{"party.name", party->name, ZONG_LIMIT_NAME},
			{"party.idno", party->idno, ZONG_LIMIT_TYPE},
			{"party.role", party->role, ZONG_LIMIT_TYPE},
		};

		LOOK_TEXTS(owner, texts);
		look_element(owner, ZONG_PROPERTY_REQUIRED, "party.name", party->name[0] != '\0');
	}
}

static void look_case(struct zong_property_run *run)
{
	const struct owner owner = {.run = run};
	const Zong__Case *cas = run->cas;
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	const struct text texts[] = {
		{"no", cas->no, ZONG_LIMIT_CASE_NO_BYTES},
		{"kind", cas->kind, ZONG_LIMIT_TYPE},
		{"cause", cas->cause, ZONG_LIMIT_REASON},
		{"address", cas->address, ZONG_LIMIT_TITLE},
		{"note", cas->note, ZONG_LIMIT_REASON},
	};

	LOOK_TEXTS(&owner, texts);
	look_form(&owner, "no",
		zong_case_no_parse(cas->no, strlen(cas->no), no, sizeof(no)) == 0 &&
			strcmp(no, cas->no) == 0,
		cas->no);
	look_units(&owner, cas->units, cas->n_units);
	for (size_t i = 0; i < cas->n_certificates; i++) {
		struct zong_cert_no cert;

		look_form(&owner, "certificates",
			zong_cert_no_parse(
				cas->certificates[i], strlen(cas->certificates[i]), &cert) == 0,
			cas->certificates[i]);
	}
	look_parties(&owner, cas);
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "opened", cas->opened > 0);
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "opened_by", cas->opened_by[0] != '\0');
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "record", cas->record != 0);
	look_element(&owner, ZONG_PROPERTY_REQUIRED, "kind", cas->kind[0] != '\0');
	if (strcmp(cas->kind, ZONG_QUERY_KIND) == 0)
		return; /* an application at the query desk: of nothing that is registered by it */
	look_element(&owner, ZONG_PROPERTY_REQUIRED, "parties", cas->n_parties != 0);
	look_element(&owner, ZONG_PROPERTY_REQUIRED, "units, certificates, address",
		cas->n_units || cas->n_certificates || cas->address[0]);
}

/* ---- its materials and volumes ---- */

static void look_paper(struct zong_property_run *run, const struct zong_property_paper *paper)
{
	const struct owner owner = {.run = run, .paper = paper};
	const Zong__Material *row = paper->row;
	const struct text texts[] = {
		{"type", row->type, ZONG_LIMIT_TYPE},
		{"title", row->title, ZONG_LIMIT_TITLE},
		{"file_name", row->file_name, ZONG_LIMIT_TITLE},
	};

	LOOK_TEXTS(&owner, texts);
	look_units(&owner, row->units, row->n_units);
	look_form(&owner, "file", paper->known, NULL);
	look_value(&owner, "scope", (unsigned int)row->scope <= ZONG__SCOPE__SCOPE_PARCEL, NULL);
	look_value(&owner, "media", row->media > ZONG_MEDIA_UNKNOWN && row->media <= ZONG_MEDIA_PNG,
		NULL);
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "case_no", row->case_no[0] != '\0');
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "file", row->file.len != 0);
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "pages", row->pages != 0);
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "bytes", row->bytes != 0);
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "version", row->version != 0);
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "received", row->received > 0);
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "received_by", row->received_by[0] != '\0');
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "record", row->record != 0);
	look_element(&owner, ZONG_PROPERTY_REQUIRED, "type, title",
		row->type[0] != '\0' || row->title[0] != '\0');
}

static void look_volume(struct zong_property_run *run, const Zong__Volume *volume)
{
	char object[ZONG_LIMIT_ARCHIVAL_BYTES + 16];
	const struct owner owner = {.run = run, .object = object};
	const struct text texts[] = {
		{"title", volume->title, ZONG_LIMIT_TITLE},
		{"no", volume->no, ZONG_LIMIT_ARCHIVAL_BYTES},
		{"responsible", volume->responsible, ZONG_LIMIT_NAME},
		{"keywords", volume->keywords, ZONG_LIMIT_TITLE},
		{"summary", volume->summary, ZONG_LIMIT_REASON},
		{"note", volume->note, ZONG_LIMIT_REASON},
		{"situation", volume->situation, ZONG_LIMIT_REASON},
	};

	snprintf(object, sizeof(object), "volume/%s", volume->no);
	LOOK_TEXTS(&owner, texts);
	look_element(&owner, ZONG_PROPERTY_REQUIRED, "title", volume->title[0] != '\0');
	look_element(&owner, ZONG_PROPERTY_ELEMENTS, "made", volume->made != NULL);
	if (!volume->foreign) {
		look_element(&owner, ZONG_PROPERTY_REQUIRED, "year", volume->year[0] != '\0');
		look_element(
			&owner, ZONG_PROPERTY_REQUIRED, "retention", volume->retention[0] != '\0');
	}
}

void zong_property_look_rows(struct zong_property_run *run)
{
	if (!run->single) {
		look_case(run);
		for (size_t i = 0; i < run->volumes; i++)
			look_volume(run, run->volume[i]);
	}
	for (size_t i = 0; i < run->papers; i++)
		look_paper(run, &run->paper[i]);
}
