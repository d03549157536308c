/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/code.h>
#include <zong/utf8.h>

#include "case_entry.h"
#include "inside.h"
#include "intake_entry.h"
#include "row.h"

static const char *const scopes[] = {
	[ZONG__SCOPE__SCOPE_CASE] = "case",
	[ZONG__SCOPE__SCOPE_UNIT] = "unit",
	[ZONG__SCOPE__SCOPE_BUILDING] = "building",
	[ZONG__SCOPE__SCOPE_PARCEL] = "parcel",
};

static int set_text(
	char **member, const char *value, size_t max, const char *what, struct zong_err *err)
{
	size_t len = value ? strlen(value) : 0;

	if (len > max)
		return zong_err_set(err, ZONG_ELIMIT, "%s", what);
	if (len && !zong_utf8_printable(value, len))
		return zong_err_set(err, ZONG_EENCODING, "%s", what);
	return zong_row_set(member, value) ? zong_err_set(err, ZONG_ENOMEM, NULL) : 0;
}

static int set_scope(const char *name, Zong__Material *draft, struct zong_err *err)
{
	if (!name || !name[0])
		return 0;
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (strcmp(scopes[i], name) == 0) {
			draft->scope = (Zong__Scope)i;
			draft->scope_given = true;
			return 0;
		}
	return zong_err_set(err, ZONG_EINVAL, "scope");
}

/* Names come with folders from some systems, with either slash. For showing only: too long is cut.
 */
static int set_file_name(const char *name, Zong__Material *draft, struct zong_err *err)
{
	char cut[ZONG_LIMIT_TITLE + 1];
	size_t len;

	if (!name)
		return 0;
	for (const char *at = name; *at; at++)
		if (*at == '/' || *at == '\\')
			name = at + 1;
	len = strlen(name);
	if (!zong_utf8_printable(name, len))
		return zong_err_set(err, ZONG_EENCODING, "name");
	len = zong_utf8_cut(name, len, ZONG_LIMIT_TITLE);
	memcpy(cut, name, len);
	cut[len] = '\0';
	return zong_row_set(&draft->file_name, cut) ? zong_err_set(err, ZONG_ENOMEM, NULL) : 0;
}

/* A material without a title is called like its file, else like its type. */
static int set_title(const char *title, Zong__Material *draft, struct zong_err *err)
{
	const char *name = draft->file_name;
	const char *dot = strrchr(name, '.');
	char *cut;
	int code;

	if (title && title[0])
		return set_text(&draft->title, title, ZONG_LIMIT_TITLE, "title", err);
	if (!name[0])
		return set_text(&draft->title, draft->type[0] ? draft->type : "材料",
			ZONG_LIMIT_TITLE, "title", err);
	cut = dot && dot != name ? strndup(name, (size_t)(dot - name)) : strdup(name);
	if (!cut)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = set_text(&draft->title, cut, ZONG_LIMIT_TITLE, "title", err);
	free(cut);
	return code;
}

static int add_receiver(const char *department, Zong__Material *draft, struct zong_err *err)
{
	if (zong_department_id_check(department))
		return zong_err_set(err, ZONG_ENODEPARTMENT, "%s", department);
	for (size_t i = 0; i < draft->n_receivers; i++)
		if (strcmp(draft->receivers[i], department) == 0)
			return 0;
	if (draft->n_receivers >= ZONG_LIMIT_RECEIVERS)
		return zong_err_set(err, ZONG_ELIMIT, "to");
	if (zong_row_append(&draft->receivers, &draft->n_receivers, department))
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	return 0;
}

static int set_replaced(const char *text, Zong__Material *draft, struct zong_err *err)
{
	struct zong_id id;

	if (zong_id_parse(text, &id))
		return zong_err_set(err, ZONG_EREPLACES, "%s", text);
	return zong_row_set_bytes(&draft->supersedes, id.bytes, sizeof(id.bytes))
		       ? zong_err_set(err, ZONG_ENOMEM, NULL)
		       : 0;
}

static int fill(const struct zong_intake *intake, Zong__Material *draft,
	struct zong_warnings *warnings, struct zong_err *err)
{
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1] = "";
	const char *wanted = intake->case_no ? intake->case_no : "";
	int code;

	if (intake->whole || wanted[0]) {
		if (zong_case_no_parse(wanted, strlen(wanted), no, sizeof(no)))
			return zong_err_set(err, ZONG_ECASENO, "%s", wanted);
	}
	if (zong_row_set(&draft->case_no, no))
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	draft->only = intake->only;
	code = set_text(&draft->type, intake->type, ZONG_LIMIT_TYPE, "type", err);
	if (!code)
		code = set_file_name(intake->file_name, draft, err);
	if (!code)
		code = set_title(intake->title, draft, err);
	if (!code)
		code = set_scope(intake->scope, draft, err);
	for (size_t i = 0; i < intake->units_count && !code; i++)
		code = zong_case_entry_unit(
			intake->units[i], &draft->units, &draft->n_units, warnings, err);
	if (!code && intake->replaces && intake->replaces[0])
		code = set_replaced(intake->replaces, draft, err);
	for (size_t i = 0; i < intake->receivers_count && !code; i++)
		code = add_receiver(intake->receivers[i], draft, err);
	return code;
}

/* The case that was named; where none was, sheets in the file do that. */
static int check_case(struct zong_txn *txn, const struct zong_subject *who,
	const Zong__Material *draft, struct zong_err *err)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	struct zong_object object = {.txn = txn};
	int code;

	if (!draft->case_no[0])
		return 0;
	code = zong_row_case(txn, draft->case_no, &cas);
	if (code == ZONG_ENOENT)
		return zong_err_set(err, ZONG_ENOCASE, "%s", draft->case_no);
	object.cas = cas;
	object.department = draft->n_receivers ? draft->receivers[0] : NULL;
	if (!code)
		code = zong_access_may(who, ZONG_VERB_MATERIAL_ADD, &object);
	return code ? zong_err_set(err, code, NULL) : 0;
}

/* The new version is of the kind of the old one unless said otherwise. One that has a newer version already may be replaced
 * by this very file, coming again: that is seen when it is there. */
static int check_replaced(struct zong_txn *txn, Zong__Material *draft, struct zong_err *err)
{
	_cleanup_row_ Zong__Material *old = NULL;
	char text[ZONG_ID_TEXT];
	struct zong_id id;
	int code;

	if (!draft->supersedes.len)
		return 0;
	if (!zong_row_id(&draft->supersedes, &id))
		return zong_err_set(err, ZONG_ECORRUPT, NULL);
	zong_id_format(&id, text);
	code = zong_row_material(txn, &id, &old);
	if (code == ZONG_ENOENT || (!code && strcmp(old->case_no, draft->case_no) != 0))
		return zong_err_set(err, ZONG_EREPLACES, "%s", text);
	if (!code && !draft->type[0])
		code = zong_row_set(&draft->type, old->type);
	return code ? zong_err_set(err, code, NULL) : 0;
}

/* Looked at again in the change itself; here so that nobody sends gigabytes for a slip of the pen.
 */
static int check_rows(struct zong_archive *archive, const struct zong_subject *who,
	Zong__Material *draft, struct zong_err *err)
{
	struct zong_txn *txn;
	struct zong_key key;
	int code;

	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = check_case(txn, who, draft, err);
	if (!code)
		code = check_replaced(txn, draft, err);
	for (size_t i = 0; i < draft->n_receivers && !code; i++) {
		zong_row_key_str(&key, draft->receivers[i]);
		if (!zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key))
			code = zong_err_set(err, ZONG_ENODEPARTMENT, "%s", draft->receivers[i]);
	}
	zong_txn_end(txn);
	return code;
}

int zong_intake_entry_check(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_intake *intake, Zong__Material **ret_draft,
	struct zong_warnings *ret_warnings, struct zong_err *err)
{
	_cleanup_row_ Zong__Material *draft = NULL;
	struct zong_warnings warnings = {0};
	int code;

	code = zong_access_may(who, ZONG_VERB_MATERIAL_ADD, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	draft = zong_row_new(&zong__material__descriptor);
	if (!draft)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = fill(intake, draft, &warnings, err);
	if (!code)
		code = check_rows(archive, who, draft, err);
	if (code) {
		zong_warnings_release(&warnings);
		return code;
	}
	*ret_draft = take_ptr(draft);
	*ret_warnings = warnings;
	return 0;
}

bool zong_intake_is_bulk(const struct zong_intake *intake, const Zong__File *file)
{
	return intake->bulk || (file && file->n_pages > ZONG_LIMIT_URGENT_PAGES);
}
