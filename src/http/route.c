/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "http/api.h"
#include "http/route.h"

#define API "/api/v1"

const struct zong_route zong_routes[] = {
	{"GET", API "/files/{digest}", zong_api_file, ZONG_VERB_MATERIAL_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, zong_api_file_quick},
	{"GET", API "/materials/{id}/file", zong_api_material_file, ZONG_VERB_MATERIAL_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, zong_api_material_file_quick},
	{"POST", API "/sessions", zong_api_sign_in, ZONG_ROUTE_PUBLIC, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_JSON, NULL},
	{"GET", API "/session", zong_api_session, ZONG_ROUTE_SIGNED_IN, ZONG_PLACE_HERE,
		ZONG_BODY_NONE, NULL},
	{"DELETE", API "/session", zong_api_sign_out, ZONG_ROUTE_SIGNED_IN, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/cases", zong_api_cases, ZONG_VERB_CASE_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"POST", API "/cases", zong_api_open_case, ZONG_VERB_CASE_OPEN, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_JSON, NULL},
	{"GET", API "/cases/{no}", zong_api_case, ZONG_VERB_CASE_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/cases/{no}/links", zong_api_case_links, ZONG_VERB_CASE_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/cases/{no}/links", zong_api_decide_link, ZONG_VERB_LINK_DECIDE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/links", zong_api_links, ZONG_VERB_LINK_LIST, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"POST", API "/materials", zong_api_add_material, ZONG_VERB_MATERIAL_ADD, ZONG_PLACE_SLOW,
		ZONG_BODY_UPLOAD, NULL},
	{"GET", API "/uploads/{id}", zong_api_upload, ZONG_VERB_MATERIAL_ADD, ZONG_PLACE_HERE,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/materials/{id}", zong_api_material, ZONG_VERB_MATERIAL_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/materials/{id}/pages/{n}/text", zong_api_page_text, ZONG_VERB_MATERIAL_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/materials/{id}/pages/{n}/alto", zong_api_page_alto, ZONG_VERB_MATERIAL_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/materials/{id}/pages/{n}/hocr", zong_api_page_hocr, ZONG_VERB_MATERIAL_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/materials/{id}/pages/{n}/png", zong_api_page_png, ZONG_VERB_MATERIAL_READ,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"GET", API "/materials/{id}/pdf", zong_api_material_pdf, ZONG_VERB_MATERIAL_READ,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"GET", API "/parcels/{code}", zong_api_parcel, ZONG_VERB_CASE_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/parcels/{code}/chain", zong_api_chain, ZONG_VERB_CASE_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/units", zong_api_units, ZONG_VERB_UNIT_LIST, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"PUT", API "/units/{code}", zong_api_set_unit, ZONG_VERB_UNIT_MANAGE, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_JSON, NULL},
	{"POST", API "/units/import", zong_api_import_units, ZONG_VERB_UNIT_MANAGE, ZONG_PLACE_SLOW,
		ZONG_BODY_TABLE, NULL},
	{"GET", API "/units/export", zong_api_export_units, ZONG_VERB_UNIT_LIST, ZONG_PLACE_SLOW,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/unit-events", zong_api_unit_events, ZONG_VERB_UNIT_LIST, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"POST", API "/unit-events", zong_api_add_unit_event, ZONG_VERB_UNIT_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/unit-events/import", zong_api_import_unit_events, ZONG_VERB_UNIT_MANAGE,
		ZONG_PLACE_SLOW, ZONG_BODY_TABLE, NULL},
	{"GET", API "/unit-events/export", zong_api_export_unit_events, ZONG_VERB_UNIT_LIST,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"POST", API "/unit-events/{id}/withdraw", zong_api_withdraw_unit_event,
		ZONG_VERB_UNIT_MANAGE, ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/search/suggest", zong_api_suggest, ZONG_VERB_SEARCH, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/search", zong_api_search, ZONG_VERB_SEARCH, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/departments", zong_api_departments, ZONG_VERB_DEPARTMENT_LIST,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/departments", zong_api_add_department, ZONG_VERB_DEPARTMENT_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"PATCH", API "/departments/{d}", zong_api_change_department, ZONG_VERB_DEPARTMENT_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/departments/{d}/rotate", zong_api_rotate_department,
		ZONG_VERB_DEPARTMENT_MANAGE, ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/departments/{d}/replay", zong_api_replay_department,
		ZONG_VERB_DELIVERY_MANAGE, ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/departments/{d}/codes", zong_api_codes, ZONG_VERB_DEPARTMENT_LIST,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/departments/{d}/codes", zong_api_set_codes, ZONG_VERB_DEPARTMENT_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_TABLE, NULL},
	{"GET", API "/departments/{d}/feed", zong_api_feed, ZONG_VERB_FEED_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/departments/{d}/events", zong_api_events, ZONG_VERB_FEED_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/departments/{d}/days/{day}", zong_api_day, ZONG_VERB_DELIVERY_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/departments/{d}/days/{day}", zong_api_reconcile, ZONG_VERB_DELIVERY_END,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_TABLE, NULL},
	{"GET", API "/deliveries", zong_api_deliveries, ZONG_VERB_DELIVERY_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/deliveries/{id}", zong_api_delivery, ZONG_VERB_DELIVERY_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/deliveries/{id}/receipt", zong_api_receipt, ZONG_VERB_DELIVERY_END,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/deliveries/{id}/return", zong_api_return, ZONG_VERB_DELIVERY_END,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/deliveries/{id}/withdraw", zong_api_withdraw_delivery,
		ZONG_VERB_DELIVERY_MANAGE, ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/deliveries/{id}/replay", zong_api_replay_delivery, ZONG_VERB_DELIVERY_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/users", zong_api_users, ZONG_VERB_USER_MANAGE, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"POST", API "/users", zong_api_add_user, ZONG_VERB_USER_MANAGE, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_JSON, NULL},
	{"PATCH", API "/users/{name}", zong_api_change_user, ZONG_VERB_USER_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/users/{name}/reset", zong_api_reset_user, ZONG_VERB_USER_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/session/password", zong_api_change_password, ZONG_ROUTE_SIGNED_IN,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/tokens", zong_api_tokens, ZONG_VERB_TOKEN_MANAGE, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"POST", API "/tokens", zong_api_add_token, ZONG_VERB_TOKEN_MANAGE, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_JSON, NULL},
	{"DELETE", API "/tokens/{id}", zong_api_revoke_token, ZONG_VERB_TOKEN_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/jobs", zong_api_jobs, ZONG_VERB_JOB_READ, ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE,
		NULL},
	{"POST", API "/jobs/{id}/retry", zong_api_retry_job, ZONG_VERB_JOB_RETRY,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/jobs/{id}/cancel", zong_api_cancel_job, ZONG_VERB_JOB_CANCEL,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/cases/{no}/cause", zong_api_change_case, ZONG_VERB_CASE_CHANGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/cases/{no}/notice", zong_api_case_notice, ZONG_VERB_CASE_READ,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"GET", API "/catalogues", zong_api_catalogues, ZONG_VERB_CATALOGUE_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/catalogues/{version}", zong_api_catalogue, ZONG_VERB_CATALOGUE_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/cases/{no}/events", zong_api_add_event, ZONG_VERB_CASE_EVENT,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/retention/rules", zong_api_rules, ZONG_VERB_RETENTION_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/retention/rules", zong_api_set_rule, ZONG_VERB_RETENTION_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"PUT", API "/retention/rules", zong_api_replace_rules, ZONG_VERB_RETENTION_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/retention/due", zong_api_due, ZONG_VERB_RETENTION_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/materials/{id}/retention", zong_api_material_retention,
		ZONG_VERB_RETENTION_READ, ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/holds", zong_api_holds, ZONG_VERB_RETENTION_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"POST", API "/holds", zong_api_place_hold, ZONG_VERB_HOLD_MANAGE, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_JSON, NULL},
	{"POST", API "/holds/{id}/lift", zong_api_lift_hold, ZONG_VERB_HOLD_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/review", zong_api_reviews, ZONG_VERB_REVIEW_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/review/{id}/strip", zong_api_review_strip, ZONG_VERB_REVIEW_READ,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"POST", API "/review/{id}/accept", zong_api_review_accept, ZONG_VERB_REVIEW_DECIDE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/review/{id}/correct", zong_api_review_correct, ZONG_VERB_REVIEW_DECIDE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/review/{id}/dismiss", zong_api_review_dismiss, ZONG_VERB_REVIEW_DECIDE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/destruction-lists", zong_api_destructions, ZONG_VERB_RETENTION_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/destruction-lists", zong_api_propose_destruction,
		ZONG_VERB_DESTRUCTION_MANAGE, ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/destruction-lists/{id}", zong_api_destruction, ZONG_VERB_RETENTION_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/destruction-lists/{id}/approve", zong_api_approve_destruction,
		ZONG_VERB_DESTRUCTION_MANAGE, ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/destruction-lists/{id}/execute", zong_api_execute_destruction,
		ZONG_VERB_DESTRUCTION_MANAGE, ZONG_PLACE_SLOW, ZONG_BODY_JSON, NULL},
	{"POST", API "/destruction-lists/{id}/cancel", zong_api_cancel_destruction,
		ZONG_VERB_DESTRUCTION_MANAGE, ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/places", zong_api_places, ZONG_VERB_PLACE_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/places", zong_api_add_place, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/places/{code}", zong_api_place, ZONG_VERB_PLACE_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"DELETE", API "/places/{code}", zong_api_remove_place, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/places/{code}/originals", zong_api_shelve, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/places/{code}/stocktakes", zong_api_take_stock, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/stocktakes", zong_api_stocktakes, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/stocktakes/{id}", zong_api_stocktake, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/stocktakes/{id}/missing", zong_api_mark_missing, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/originals", zong_api_originals, ZONG_VERB_ORIGINAL_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/originals", zong_api_new_original, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/originals/{code}", zong_api_original, ZONG_VERB_ORIGINAL_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/originals/{code}/loans", zong_api_loan_history, ZONG_VERB_ORIGINAL_LEND,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/originals/{code}/loans", zong_api_lend, ZONG_VERB_ORIGINAL_LEND,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/originals/{code}/extend", zong_api_extend, ZONG_VERB_ORIGINAL_LEND,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/originals/{code}/return", zong_api_return_original, ZONG_VERB_ORIGINAL_LEND,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/originals/{code}/settle", zong_api_settle, ZONG_VERB_ORIGINAL_LEND,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/originals/{code}/reservations", zong_api_reserve, ZONG_VERB_ORIGINAL_RESERVE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"DELETE", API "/originals/{code}/reservations/{id}", zong_api_unreserve, ZONG_VERB_ORIGINAL_RESERVE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/originals/{code}/missing", zong_api_original_missing, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/originals/{code}/found", zong_api_original_found, ZONG_VERB_ORIGINAL_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/loans", zong_api_loans, ZONG_VERB_ORIGINAL_LEND,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/volumes", zong_api_volumes, ZONG_VERB_VOLUME_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/volumes", zong_api_new_volume, ZONG_VERB_VOLUME_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/volumes/export", zong_api_export_volumes, ZONG_VERB_VOLUME_PRINT,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"GET", API "/volumes/{no}", zong_api_volume, ZONG_VERB_VOLUME_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"PUT", API "/volumes/{no}", zong_api_set_volume, ZONG_VERB_VOLUME_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/volumes/{no}/close", zong_api_close_volume, ZONG_VERB_VOLUME_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/volumes/{no}/check", zong_api_check_volume, ZONG_VERB_VOLUME_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/volumes/{no}/reopen", zong_api_reopen_volume, ZONG_VERB_VOLUME_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/volumes/{no}/annul", zong_api_annul_volume, ZONG_VERB_VOLUME_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/volumes/{no}/pdf", zong_api_print_volume, ZONG_VERB_VOLUME_PRINT,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"POST", API "/places/{code}/volumes", zong_api_shelve_volumes, ZONG_VERB_VOLUME_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/places/{code}/label", zong_api_label_box, ZONG_VERB_VOLUME_PRINT,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"GET", API "/queries", zong_api_queries, ZONG_VERB_QUERY_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"POST", API "/queries", zong_api_enter_query, ZONG_VERB_QUERY_ENTER, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_JSON, NULL},
	{"GET", API "/queries/rules", zong_api_query_rules, ZONG_VERB_QUERY_READ, ZONG_PLACE_HERE,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/queries/register", zong_api_query_register, ZONG_VERB_QUERY_READ,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"GET", API "/queries/{no}", zong_api_query, ZONG_VERB_QUERY_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"PUT", API "/queries/{no}", zong_api_change_query, ZONG_VERB_QUERY_ENTER,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/queries/{no}/grant", zong_api_grant_query, ZONG_VERB_QUERY_DECIDE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/queries/{no}/refuse", zong_api_refuse_query, ZONG_VERB_QUERY_DECIDE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/queries/{no}/withdraw", zong_api_withdraw_query, ZONG_VERB_QUERY_DECIDE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/queries/{no}/copies", zong_api_copy_query, ZONG_VERB_QUERY_DECIDE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/queries/{no}/pdf", zong_api_print_query, ZONG_VERB_QUERY_READ,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"POST", API "/desk", zong_api_begin_desk, ZONG_VERB_DESK_ASK, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_JSON, NULL},
	{"GET", API "/desk/{session}", zong_api_desk, ZONG_VERB_DESK_ASK, ZONG_PLACE_HERE,
		ZONG_BODY_NONE, NULL},
	{"DELETE", API "/desk/{session}", zong_api_end_desk, ZONG_VERB_DESK_ASK,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/desk/{session}/query", zong_api_ask_desk, ZONG_VERB_DESK_ASK,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/desk/{session}/pdf", zong_api_print_desk, ZONG_VERB_DESK_ASK,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"GET", API "/papers/{no}/{word}", zong_api_check_query, ZONG_ROUTE_PAPER,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/handovers", zong_api_handovers, ZONG_VERB_HANDOVER_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/handovers", zong_api_make_handover, ZONG_VERB_HANDOVER_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/handovers/{no}", zong_api_handover, ZONG_VERB_HANDOVER_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", API "/handovers/{no}/pdf", zong_api_print_handover, ZONG_VERB_HANDOVER_MANAGE,
		ZONG_PLACE_SLOW, ZONG_BODY_NONE, NULL},
	{"POST", API "/handovers/{no}/check", zong_api_check_handover, ZONG_VERB_HANDOVER_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/handovers/{no}/return", zong_api_return_handover, ZONG_VERB_HANDOVER_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/handovers/{no}/take", zong_api_take_handover, ZONG_VERB_HANDOVER_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/handovers/{no}/cancel", zong_api_cancel_handover, ZONG_VERB_HANDOVER_MANAGE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/log", zong_api_log, ZONG_VERB_LOG_READ, ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE,
		NULL},
	{"GET", API "/log/export", zong_api_export_log, ZONG_VERB_LOG_READ, ZONG_PLACE_SLOW,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/records/{seq}/proof", zong_api_record_proof, ZONG_VERB_PROOF_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", "/tlog/key", zong_api_tlog_key, ZONG_ROUTE_PUBLIC, ZONG_PLACE_HERE, ZONG_BODY_NONE,
		NULL},
	{"GET", "/tlog/checkpoint", zong_api_tlog_checkpoint, ZONG_ROUTE_PUBLIC,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", "/tlog/timestamp", zong_api_tlog_timestamp, ZONG_ROUTE_PUBLIC, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", "/tlog/proof", zong_api_tlog_proof, ZONG_ROUTE_PUBLIC, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", "/tlog/tile/entries/{tile}", zong_api_tlog_entries, ZONG_VERB_LOG_READ,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"GET", "/tlog/tile/{tile}", zong_api_tlog_tile, ZONG_ROUTE_PUBLIC, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"POST", "/tlog/cosignature", zong_api_tlog_cosign, ZONG_ROUTE_PUBLIC, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_TEXT, NULL},
	{"POST", API "/vaults/{department}", zong_api_make_vault, ZONG_VERB_VAULT_MAKE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/vaults/{department}", zong_api_vault, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/vaults/{department}/unlock", zong_api_unlock_vault, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/vaults/{department}/lock", zong_api_lock_vault, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE, NULL},
	{"POST", API "/vaults/{department}/members", zong_api_vault_member, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/vaults/{department}/services", zong_api_vault_service, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/vaults/{department}/remove", zong_api_vault_remove, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/vaults/{department}/sheet", zong_api_vault_sheet, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_SLOW, ZONG_BODY_JSON, NULL},
	{"POST", API "/vaults/{department}/officers", zong_api_vault_officers, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_SLOW, ZONG_BODY_JSON, NULL},
	{"POST", API "/vaults/{department}/recover", zong_api_vault_recover, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"POST", API "/vaults/{department}/renew", zong_api_renew_vault, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_SLOW, ZONG_BODY_JSON, NULL},
	{"POST", API "/vaults/{department}/materials/{id}/share", zong_api_share_material, ZONG_VERB_VAULT_USE,
		ZONG_PLACE_EXECUTOR, ZONG_BODY_JSON, NULL},
	{"GET", API "/status", zong_api_status, ZONG_VERB_STATUS_READ, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
	{"GET", API "/openapi.yaml", zong_api_description, ZONG_ROUTE_PUBLIC, ZONG_PLACE_HERE,
		ZONG_BODY_NONE, NULL},
	{"GET", "/healthz", zong_api_healthz, ZONG_ROUTE_PUBLIC, ZONG_PLACE_HERE, ZONG_BODY_NONE,
		NULL},
	{"GET", "/readyz", zong_api_readyz, ZONG_ROUTE_PUBLIC, ZONG_PLACE_EXECUTOR, ZONG_BODY_NONE,
		NULL},
	{"GET", "/metrics", zong_api_metrics, ZONG_ROUTE_PUBLIC, ZONG_PLACE_EXECUTOR,
		ZONG_BODY_NONE, NULL},
};
const size_t zong_routes_count = sizeof(zong_routes) / sizeof(zong_routes[0]);

/* The address of a tile has slashes in it: it is the rest of the path. */
#define REST "{tile}"

/* Where the parts lie that stand for {…}; changes nothing, so that every route can be tried. */
static bool matches(const char *pattern, const char *path, const char *start[2], size_t len[2])
{
	size_t count = 0;

	while (*pattern) {
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		start[count] = path;
		len[count] = strcmp(pattern, REST) == 0 ? strlen(path) : strcspn(path, "/");
		pattern = strchr(pattern, '}') + 1;
		if (len[count] == 0)
			return false;
		path += len[count++];
	}
	return *path == '\0';
}

static bool answers(const struct zong_route *route, const char *method)
{
	return strcmp(route->method, method) == 0 ||
	       (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

enum zong_found zong_route_find(const char *method, char *path, const struct zong_route **ret_route,
	const char *ret_params[2])
{
	enum zong_found found = ZONG_FOUND_NOTHING;
	const char *start[2] = {NULL, NULL};
	size_t len[2] = {0, 0};
	size_t i, j;

	for (i = 0; i < zong_routes_count; i++) {
		start[0] = start[1] = NULL;
		if (!matches(zong_routes[i].pattern, path, start, len))
			continue;
		found = ZONG_FOUND_ADDRESS;
		if (!answers(&zong_routes[i], method))
			continue;
		for (j = 0; j < 2; j++) {
			if (start[j])
				path[start[j] - path + (ptrdiff_t)len[j]] = '\0';
			ret_params[j] = start[j];
		}
		*ret_route = &zong_routes[i];
		return ZONG_FOUND_ROUTE;
	}
	return found;
}

bool zong_route_allow(const char *path, char *ret_allow, size_t size)
{
	const char *start[2];
	size_t len[2];
	size_t i, used = 0;
	bool any = false;

	ret_allow[0] = '\0';
	for (i = 0; i < zong_routes_count && used < size; i++) {
		if (!matches(zong_routes[i].pattern, path, start, len))
			continue;
		any = true;
		used += (size_t)snprintf(ret_allow + used, size - used, "%s, ",
			strcmp(zong_routes[i].method, "GET") == 0 ? "GET, HEAD"
								  : zong_routes[i].method);
	}
	if (any && used < size)
		snprintf(ret_allow + used, size - used, "OPTIONS");
	return any;
}
