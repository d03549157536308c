/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/utf8.h>

#include "case_entry.h"
#include "row.h"

int zong_case_entry_warn(struct zong_warnings *warnings, const char *code, const char *subject)
{
	struct zong_warning *grown =
		realloc(warnings->item, (warnings->count + 1) * sizeof(*grown));

	if (!grown)
		return ZONG_ENOMEM;
	warnings->item = grown;
	grown[warnings->count].code = code;
	snprintf(grown[warnings->count].subject, sizeof(grown->subject), "%.*s",
		(int)zong_utf8_cut(subject, strlen(subject), ZONG_LIMIT_CERT), subject);
	warnings->count++;
	return 0;
}

/* @what names the entry in the error. */
static int set_text(
	char **member, const char *value, size_t max, const char *what, struct zong_err *err)
{
	size_t len = strlen(value);

	if (len > max)
		return zong_err_set(err, ZONG_ELIMIT, "%s", what);
	if (!zong_utf8_printable(value, len))
		return zong_err_set(err, ZONG_EENCODING, "%s", what);
	return zong_row_set(member, value) ? zong_err_set(err, ZONG_ENOMEM, NULL) : 0;
}

static bool has(char *const *list, size_t count, const char *value)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], value) == 0)
			return true;
	return false;
}

static int warn_unit(struct zong_warnings *warnings, const struct zong_unit_code *code)
{
	static const struct {
		unsigned int bit;
		const char *code;
	} oddities[] = {
		{ZONG_UNIT_ODD_OWNERSHIP, "unit-ownership"},
		{ZONG_UNIT_ODD_PAIR, "unit-pair"},
		{ZONG_UNIT_ODD_VIRTUAL, "unit-virtual"},
		{ZONG_UNIT_ODD_SERIAL, "unit-serial"},
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(oddities) / sizeof(oddities[0]) && !err; i++)
		if (code->oddities & oddities[i].bit)
			err = zong_case_entry_warn(warnings, oddities[i].code, code->text);
	return err;
}

int zong_case_entry_unit(const char *text, char ***units, size_t *count,
	struct zong_warnings *warnings, struct zong_err *err)
{
	struct zong_unit_code code;

	if (zong_unit_code_parse(text, strlen(text), &code) || code.level == ZONG_UNIT_PREFIX)
		return zong_err_set(err, ZONG_EUNITCODE, "%s", text);
	if (has(*units, *count, code.text))
		return 0;
	if (*count >= ZONG_LIMIT_UNITS)
		return zong_err_set(err, ZONG_ELIMIT, "units");
	if (zong_row_append(units, count, code.text) || warn_unit(warnings, &code))
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	return 0;
}

/* Which of the numbers in use this is meant to be decides what is said of it; a passport or an
 * officer's card is of neither shape and is left alone. */
int zong_case_entry_warn_idno(struct zong_warnings *warnings, const char *idno)
{
	char normal[19];
	enum zong_code_check id = zong_id_no_check(idno, strlen(idno), normal);
	enum zong_code_check credit = zong_credit_code_check(idno, strlen(idno), normal);
	char organisation_text[10];
	enum zong_code_check organisation =
		zong_organisation_code_check(idno, strlen(idno), organisation_text);

	if (id == ZONG_CHECK_OK || credit == ZONG_CHECK_OK || organisation == ZONG_CHECK_OK)
		return 0;
	if (id != ZONG_CHECK_SHAPE && (credit == ZONG_CHECK_SHAPE || idno[0] != '9'))
		return zong_case_entry_warn(warnings, "id-number", idno);
	if (credit != ZONG_CHECK_SHAPE || organisation != ZONG_CHECK_SHAPE)
		return zong_case_entry_warn(warnings, "credit-code", idno);
	return 0;
}

static int add_party(const Zong__Party *wanted, Zong__Case *cas, struct zong_warnings *warnings,
	struct zong_err *err)
{
	Zong__Party *party = zong_row_new(&zong__party__descriptor);
	int code;

	if (!party)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	cas->parties[cas->n_parties++] = party;
	if (!wanted->name[0])
		return zong_err_set(err, ZONG_EINVAL, "party");
	code = set_text(&party->name, wanted->name, ZONG_LIMIT_NAME, "party", err);
	if (!code)
		code = set_text(&party->idno, wanted->idno, ZONG_LIMIT_TYPE, "idno", err);
	if (!code)
		code = set_text(&party->role, wanted->role, ZONG_LIMIT_TYPE, "role", err);
	if (!code && wanted->idno[0] && zong_case_entry_warn_idno(warnings, wanted->idno))
		code = zong_err_set(err, ZONG_ENOMEM, NULL);
	return code;
}

static int add_parties(const Zong__Case *wanted, Zong__Case *cas, struct zong_warnings *warnings,
	struct zong_err *err)
{
	int code = 0;

	if (wanted->n_parties == 0)
		return 0;
	if (wanted->n_parties > ZONG_LIMIT_PARTIES)
		return zong_err_set(err, ZONG_ELIMIT, "parties");
	cas->parties = calloc(wanted->n_parties, sizeof(*cas->parties));
	if (!cas->parties)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	for (size_t i = 0; i < wanted->n_parties && !code; i++)
		code = add_party(wanted->parties[i], cas, warnings, err);
	return code;
}

static int add_certificate(const char *text, Zong__Case *cas, struct zong_err *err)
{
	struct zong_cert_no cert;

	if (zong_cert_no_parse(text, strlen(text), &cert))
		return zong_err_set(err, ZONG_ECERTNO, "%s", text);
	if (has(cas->certificates, cas->n_certificates, text))
		return 0;
	if (cas->n_certificates >= ZONG_LIMIT_UNITS)
		return zong_err_set(err, ZONG_ELIMIT, "certificates");
	if (zong_row_append(&cas->certificates, &cas->n_certificates, text))
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	return 0;
}

static int fill(const Zong__Case *wanted, Zong__Case *cas, struct zong_warnings *warnings,
	struct zong_err *err)
{
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	int code;

	if (zong_case_no_parse(wanted->no, strlen(wanted->no), no, sizeof(no)))
		return zong_err_set(err, ZONG_ECASENO, "%s", wanted->no);
	if (!wanted->kind[0])
		return zong_err_set(err, ZONG_EINVAL, "kind");
	code = set_text(&cas->no, no, ZONG_LIMIT_CASE_NO_BYTES, "no", err);
	if (!code)
		code = set_text(&cas->kind, wanted->kind, ZONG_LIMIT_TYPE, "kind", err);
	if (!code)
		code = set_text(&cas->cause, wanted->cause, ZONG_LIMIT_REASON, "cause", err);
	if (!code)
		code = set_text(&cas->address, wanted->address, ZONG_LIMIT_TITLE, "address", err);
	if (!code)
		code = set_text(&cas->note, wanted->note, ZONG_LIMIT_REASON, "note", err);
	for (size_t i = 0; i < wanted->n_units && !code; i++)
		code = zong_case_entry_unit(
			wanted->units[i], &cas->units, &cas->n_units, warnings, err);
	if (!code)
		code = add_parties(wanted, cas, warnings, err);
	for (size_t i = 0; i < wanted->n_certificates && !code; i++)
		code = add_certificate(wanted->certificates[i], cas, err);
	return code;
}

int zong_case_entry_check(const Zong__Case *wanted, Zong__Case **ret_case,
	struct zong_warnings *ret_warnings, struct zong_err *err)
{
	_cleanup_row_ Zong__Case *cas = zong_row_new(&zong__case__descriptor);
	struct zong_warnings warnings = {0};
	int code;

	if (!cas)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = fill(wanted, cas, &warnings, err);
	if (code) {
		zong_warnings_release(&warnings);
		return code;
	}
	*ret_case = take_ptr(cas);
	*ret_warnings = warnings;
	return 0;
}
