/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_JSON_H
#define ZONG_HTTP_JSON_H

/* JSON that comes in: strict readers that name what is wrong (json_in.c), and the rows of the
 * archive as openapi.yaml describes them (json_case.c, json_catalogue.c, json_material.c, json_delivery.c,
 * json_service.c). Whatever makes JSON answers a new reference, or NULL without memory. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <zong/alike.h>
#include <zong/archive.h>
#include <zong/case.h>
#include <zong/catalogue.h>
#include <zong/chain.h>
#include <zong/delivery.h>
#include <zong/desk.h>
#include <zong/handover.h>
#include <zong/property.h>
#include <zong/identity.h>
#include <zong/material.h>
#include <zong/original.h>
#include <zong/query.h>
#include <zong/retention.h>
#include <zong/review.h>
#include <zong/search.h>
#include <zong/unit.h>
#include <zong/volume.h>

/* -- json_in.c: all answer 0 or ZONG_EJSON with err naming the member -- */

/* @prefix: "meta " where the JSON is a part of something. */
int zong_json_error(const json_error_t *error, const char *prefix, struct zong_err *err);
/* Fails on a member that is not in @known (NULL-terminated): a slip must not silently do nothing.
 */
int zong_json_known(
	const json_t *object, const char *const *known, const char *where, struct zong_err *err);
/* null counts as absent. *ret_text is borrowed of @object; "" when absent and not @needed. */
int zong_json_text(const json_t *object, const char *name, bool needed, const char **ret_text,
	struct zong_err *err);
int zong_json_flag(const json_t *object, const char *name, bool *ret_flag, struct zong_err *err);
int zong_json_whole(const json_t *object, const char *name, int64_t min, int64_t max,
	int64_t fallback, int64_t *ret_value, struct zong_err *err);
/* An array of texts; the array is in the arena, the texts are borrowed of @object. ZONG_ELIMIT over
 * @max. */
struct zong_arena;
int zong_json_texts(const json_t *object, const char *name, size_t max, struct zong_arena *arena,
	char ***ret_texts, size_t *ret_count, struct zong_err *err);

/* NewCase into a row whose parts live in the arena and in @object; not to be freed. */
int zong_json_read_case(
	const json_t *object, struct zong_arena *arena, Zong__Case *ret_case, struct zong_err *err);
/* NewMaterial, likewise; file, digest and length are left alone. */
int zong_json_read_intake(const json_t *object, struct zong_arena *arena,
	struct zong_intake *ret_intake, struct zong_err *err);
/* Both from bytes: parsing, then the above. @ret_json owns the texts. */
int zong_json_parse_intake(const char *bytes, size_t len, struct zong_arena *arena,
	struct zong_intake *ret_intake, json_t **ret_json, struct zong_err *err);
int zong_json_parse_case(const char *bytes, size_t len, struct zong_arena *arena,
	Zong__Case *ret_case, json_t **ret_json, struct zong_err *err);

/* -- json_out.c: small values -- */

json_t *zong_json_time(int64_t time); /* null for 0 */
json_t *zong_json_digest(const ProtobufCBinaryData *digest);
json_t *zong_json_sm3(const ProtobufCBinaryData *digest); /* null: none */
json_t *zong_json_id(const ProtobufCBinaryData *id);
json_t *zong_json_step(const Zong__Step *step); /* null for NULL */
json_t *zong_json_or_null(const char *text); /* null for "" and NULL */
json_t *zong_json_strings(char *const *texts, size_t count);
json_t *zong_json_next(const char *cursor); /* of a list */
/* Text of the archive, which is UTF-8; should a byte be none, what is readable of it. */
json_t *zong_json_str(const char *text);

/* -- json_quality.c -- */

/* Figures and verdicts of a page; null where there are neither. @order: what only its reading has told, or NULL. */
json_t *zong_json_quality(
	const Zong__FilePage *page, const Zong__Verdict *order, const char *language);
/* Those of all pages of @file (NULL: none) that have any, each with its number as n. */
json_t *zong_json_qualities(const Zong__File *file, const char *language);

/* Puts a verdict on each page of @material (as zong_json_material made it) that is a copy of a page before it, by
 * what is alike: pages that were read, so that forms filled in twice are none. 0 or ZONG_ENOMEM. */
int zong_json_copies(json_t *material, const struct zong_alike *alike, size_t count,
	const char *language);

/* -- json_case.c -- */

json_t *zong_json_units(char *const *units, size_t count);
json_t *zong_json_unit_codes(const struct zong_unit_code *units, size_t count);
json_t *zong_json_warnings(const struct zong_warnings *warnings, const char *language);
json_t *zong_json_case(const Zong__Case *row);

/* -- json_catalogue.c -- */

json_t *zong_json_catalogue_brief(const Zong__Catalogue *row);
json_t *zong_json_catalogue(const Zong__Catalogue *row, const struct zong_catalogue *catalogue);
/* Members `catalogue` and `missing` of a case; none where there is no catalogue. 0 or ZONG_ENOMEM. */
int zong_json_needs(json_t *json, const struct zong_case_needs *needs);

/* -- json_material.c -- */

/* A department sees among the receivers only itself. */
json_t *zong_json_material_brief(
	struct zong_archive *archive, const struct zong_subject *who, const Zong__Material *row);
json_t *zong_json_material_briefs(struct zong_archive *archive, const struct zong_subject *who,
	Zong__Material *const *rows, size_t count);
json_t *zong_json_material(const struct zong_subject *who, const Zong__Material *row,
	const struct zong_material_pages *pages, Zong__Delivery *const *deliveries, size_t count,
	const char *language);
/* Member `alike` of a material. */
json_t *zong_json_alike(const struct zong_alike *alike, size_t count);
json_t *zong_json_receipt(const struct zong_receipt *receipt, const char *language);

/* -- json_delivery.c -- */

json_t *zong_json_delivery_briefs(Zong__Delivery *const *rows, size_t count);
json_t *zong_json_event(const struct zong_event *event);
/* @secrets: with the signing secret, right after it was made. */
json_t *zong_json_department(const Zong__Department *row, bool secrets);

/* -- json_retention.c -- */

json_t *zong_json_day(int32_t day); /* null for never */
json_t *zong_json_events(const Zong__Case *row);
/* Its texts are borrowed of @object. */
int zong_json_read_rule(const json_t *object, Zong__RetentionRule *ret_rule, struct zong_err *err);
json_t *zong_json_rule(const Zong__RetentionRule *rule);
json_t *zong_json_verdict(const Zong__Material *material, const struct zong_verdict *verdict);
json_t *zong_json_hold(const Zong__Hold *hold);
json_t *zong_json_destruction_brief(const Zong__DestructionList *list);
json_t *zong_json_destruction(const struct zong_destruction *destruction);
json_t *zong_json_refusals(const struct zong_refusals *refusals);

/* -- json_unit.c -- */

/* What is odd about a code. */
json_t *zong_json_oddities(const struct zong_unit_code *code, const char *language);
json_t *zong_json_printed(const char *code); /* in groups */
json_t *zong_json_unit(const Zong__Unit *unit);
/* Texts are borrowed of @object and @code. */
int zong_json_read_unit(const json_t *object, const char *code, Zong__Unit *ret_unit, struct zong_err *err);
json_t *zong_json_unit_event(const Zong__UnitEvent *event);
int zong_json_read_unit_event(const json_t *object, struct zong_arena *arena,
	Zong__UnitEvent *ret_event, struct zong_err *err);
json_t *zong_json_lineage(const struct zong_lineage *lineage);
json_t *zong_json_lineage_end(const struct zong_lineage_step *step);
json_t *zong_json_table_report(const struct zong_table_report *report, const char *language);

/* -- json_review.c -- */

json_t *zong_json_review(const struct zong_review_item *item);

/* -- json_link.c -- */

json_t *zong_json_link(const Zong__Link *link);
json_t *zong_json_links(Zong__Link *const *links, size_t count);
/* Texts are borrowed of @object; the later case is the caller's. */
int zong_json_read_link_wish(
	const json_t *object, struct zong_link_wish *ret_wish, struct zong_err *err);
json_t *zong_json_chain(const struct zong_chain *chain);

/* -- json_original.c -- */

json_t *zong_json_place_row(const Zong__Place *row);
json_t *zong_json_place(const struct zong_place_view *place);
json_t *zong_json_loan(const Zong__Loan *loan);
json_t *zong_json_loan_item(const struct zong_loan_item *item);
/* @names: with who has it. */
json_t *zong_json_original_row(const Zong__Original *row, bool names);
/* With the names that @who may read. */
json_t *zong_json_original_rows(
	const struct zong_subject *who, Zong__Original *const *rows, size_t count);
json_t *zong_json_original(const struct zong_original *original);
/* Member `copy` of an original, and of the problem that says it comes first. */
json_t *zong_json_copies_of(const struct zong_original *original);
json_t *zong_json_stocktake_brief(const Zong__Stocktake *row);
json_t *zong_json_stocktake(const Zong__Stocktake *row);

/* -- json_property.c -- */
/* @language: of the sentences. */
json_t *zong_json_property_brief(const Zong__PropertyReport *report, const char *language);
json_t *zong_json_property(const Zong__PropertyReport *report, const char *language);

/* -- json_handover.c -- */

json_t *zong_json_handover_brief(const Zong__Handover *row);
json_t *zong_json_handover(const struct zong_handover *handover);

/* -- json_volume.c -- */

json_t *zong_json_volume_brief(const Zong__Volume *row);
json_t *zong_json_volume_briefs(Zong__Volume *const *volumes, size_t count);
json_t *zong_json_volume(const Zong__Volume *row);
/* Its texts are borrowed of @object; members that are none of an entry are left aside. */
int zong_json_read_volume(const json_t *object, struct zong_arena *arena,
	struct zong_volume_entry *ret_entry, struct zong_err *err);

/* -- json_query.c -- */

json_t *zong_json_query(const struct zong_archive *archive, const struct zong_query *query,
	const char *language);
json_t *zong_json_query_brief(const Zong__Query *row);
json_t *zong_json_query_briefs(Zong__Query *const *queries, size_t count);
json_t *zong_json_query_problems(const struct zong_query *query, const char *language);
json_t *zong_json_query_paper(const Zong__Query *row);
json_t *zong_json_query_asker(const struct zong_query_asker *asker, const char *language);
json_t *zong_json_desk(const struct zong_desk *desk);
json_t *zong_json_desk_answer(const Zong__Query *row);
/* The member objects alone. */
int zong_json_read_objects(const json_t *object, struct zong_arena *arena,
	struct zong_query_entry *entry, struct zong_err *err);
/* NewQuery; the lists are in the arena, the texts are borrowed of @object. */
int zong_json_read_query(const json_t *object, struct zong_arena *arena,
	struct zong_query_entry *ret_entry, int64_t *ret_revision, struct zong_err *err);

/* -- json_service.c -- */

/* What the subject's role may do at all. */
json_t *zong_json_verbs(const struct zong_subject *who);
json_t *zong_json_session(const struct zong_subject *who, const char *token);
json_t *zong_json_token(const Zong__Token *row, const char *token);
/* Adds to a page or a job why it is not read: a person has cancelled it. */
void zong_json_cancelled(json_t *json, const char *by, int64_t when, const char *language);
json_t *zong_json_left(const struct zong_reading_left *left);
json_t *zong_json_job(const struct zong_job_item *item, const char *language);
json_t *zong_json_status(const struct zong_status *status);
json_t *zong_json_hit(const struct zong_hit *hit);

#endif
