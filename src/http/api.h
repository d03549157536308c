/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_API_H
#define ZONG_HTTP_API_H

/* The handlers of the route table, one an operation of openapi.yaml. Each answers 0 with the reply
 * in the request, or a code. */

#include <zong/case.h>

struct zong_request;

/* api_session.c */
int zong_api_sign_in(struct zong_request *req);
int zong_api_session(struct zong_request *req);
int zong_api_sign_out(struct zong_request *req);
/* api_cases.c */
int zong_api_cases(struct zong_request *req);
int zong_api_open_case(struct zong_request *req);
int zong_api_case(struct zong_request *req);
/* A case with what belongs to it, as the asker may see it. @warnings: or NULL. */
int zong_reply_case(struct zong_request *req, unsigned int status, const Zong__Case *row,
	const struct zong_warnings *warnings);
/* api_catalogues.c */
int zong_api_change_case(struct zong_request *req);
int zong_api_case_notice(struct zong_request *req);
int zong_api_catalogues(struct zong_request *req);
int zong_api_catalogue(struct zong_request *req);
/* api_materials.c */
int zong_api_add_material(struct zong_request *req);
int zong_api_upload(struct zong_request *req);
int zong_api_material(struct zong_request *req);
int zong_api_page_text(struct zong_request *req);
int zong_api_page_alto(struct zong_request *req);
int zong_api_page_hocr(struct zong_request *req);
int zong_api_page_png(struct zong_request *req);
int zong_api_material_pdf(struct zong_request *req);
/* api_files.c */
int zong_api_material_file(struct zong_request *req);
int zong_api_material_file_quick(struct zong_request *req);
int zong_api_file(struct zong_request *req);
int zong_api_file_quick(struct zong_request *req);
/* api_parcels.c */
int zong_api_parcel(struct zong_request *req);
/* api_units.c */
int zong_api_units(struct zong_request *req);
int zong_api_set_unit(struct zong_request *req);
int zong_api_import_units(struct zong_request *req);
int zong_api_export_units(struct zong_request *req);
int zong_api_case_links(struct zong_request *req);
int zong_api_decide_link(struct zong_request *req);
int zong_api_links(struct zong_request *req);
int zong_api_chain(struct zong_request *req);
int zong_api_unit_events(struct zong_request *req);
int zong_api_add_unit_event(struct zong_request *req);
int zong_api_withdraw_unit_event(struct zong_request *req);
int zong_api_import_unit_events(struct zong_request *req);
int zong_api_export_unit_events(struct zong_request *req);
/* api_tlog.c */
int zong_api_tlog_key(struct zong_request *req);
int zong_api_tlog_checkpoint(struct zong_request *req);
int zong_api_tlog_proof(struct zong_request *req);
int zong_api_tlog_timestamp(struct zong_request *req);
int zong_api_tlog_entries(struct zong_request *req);
int zong_api_tlog_tile(struct zong_request *req);
int zong_api_tlog_cosign(struct zong_request *req);
int zong_api_record_proof(struct zong_request *req);
/* api_log.c */
int zong_api_log(struct zong_request *req);
int zong_api_export_log(struct zong_request *req);
/* api_search.c */
int zong_api_search(struct zong_request *req);
int zong_api_suggest(struct zong_request *req);
/* api_departments.c */
int zong_api_departments(struct zong_request *req);
int zong_api_add_department(struct zong_request *req);
int zong_api_change_department(struct zong_request *req);
int zong_api_rotate_department(struct zong_request *req);
int zong_api_replay_department(struct zong_request *req);
int zong_api_codes(struct zong_request *req);
int zong_api_set_codes(struct zong_request *req);
/* api_users.c */
int zong_api_users(struct zong_request *req);
int zong_api_add_user(struct zong_request *req);
int zong_api_change_user(struct zong_request *req);
int zong_api_reset_user(struct zong_request *req);
int zong_api_change_password(struct zong_request *req);
/* api_feed.c */
int zong_api_feed(struct zong_request *req);
int zong_api_events(struct zong_request *req);
int zong_api_day(struct zong_request *req);
int zong_api_reconcile(struct zong_request *req);
/* api_deliveries.c */
int zong_api_deliveries(struct zong_request *req);
int zong_api_withdraw_delivery(struct zong_request *req);
int zong_api_replay_delivery(struct zong_request *req);
int zong_api_delivery(struct zong_request *req);
int zong_api_receipt(struct zong_request *req);
int zong_api_return(struct zong_request *req);
/* api_tokens.c */
int zong_api_tokens(struct zong_request *req);
int zong_api_add_token(struct zong_request *req);
int zong_api_revoke_token(struct zong_request *req);
/* api_jobs.c */
int zong_api_jobs(struct zong_request *req);
int zong_api_retry_job(struct zong_request *req);
int zong_api_cancel_job(struct zong_request *req);
/* api_retention.c */
int zong_api_add_event(struct zong_request *req);
int zong_api_rules(struct zong_request *req);
int zong_api_set_rule(struct zong_request *req);
int zong_api_replace_rules(struct zong_request *req);
int zong_api_due(struct zong_request *req);
int zong_api_material_retention(struct zong_request *req);
int zong_api_reviews(struct zong_request *req);
int zong_api_review_strip(struct zong_request *req);
int zong_api_review_accept(struct zong_request *req);
int zong_api_review_correct(struct zong_request *req);
int zong_api_review_dismiss(struct zong_request *req);
int zong_api_holds(struct zong_request *req);
int zong_api_place_hold(struct zong_request *req);
int zong_api_lift_hold(struct zong_request *req);
/* api_destruction.c */
int zong_api_destructions(struct zong_request *req);
int zong_api_propose_destruction(struct zong_request *req);
int zong_api_destruction(struct zong_request *req);
int zong_api_approve_destruction(struct zong_request *req);
int zong_api_execute_destruction(struct zong_request *req);
int zong_api_cancel_destruction(struct zong_request *req);
/* api_places.c */
int zong_api_places(struct zong_request *req);
int zong_api_add_place(struct zong_request *req);
int zong_api_place(struct zong_request *req);
int zong_api_remove_place(struct zong_request *req);
int zong_api_shelve(struct zong_request *req);
int zong_api_take_stock(struct zong_request *req);
int zong_api_mark_missing(struct zong_request *req);
int zong_api_stocktake(struct zong_request *req);
int zong_api_stocktakes(struct zong_request *req);
/* api_originals.c */
int zong_api_originals(struct zong_request *req);
int zong_api_new_original(struct zong_request *req);
int zong_api_original(struct zong_request *req);
int zong_api_original_missing(struct zong_request *req);
int zong_api_original_found(struct zong_request *req);
int zong_api_reserve(struct zong_request *req);
int zong_api_unreserve(struct zong_request *req);
struct zong_original;
int zong_api_reply_original( /* of several handlers; releases @original */
	struct zong_request *req, unsigned int status, struct zong_original *original);
/* api_loans.c */
int zong_api_lend(struct zong_request *req);
int zong_api_extend(struct zong_request *req);
int zong_api_return_original(struct zong_request *req);
int zong_api_settle(struct zong_request *req);
int zong_api_loans(struct zong_request *req);
int zong_api_loan_history(struct zong_request *req);
/* api_vaults.c */
int zong_api_make_vault(struct zong_request *req);
int zong_api_vault(struct zong_request *req);
int zong_api_unlock_vault(struct zong_request *req);
int zong_api_lock_vault(struct zong_request *req);
int zong_api_vault_member(struct zong_request *req);
int zong_api_vault_service(struct zong_request *req);
int zong_api_vault_remove(struct zong_request *req);
int zong_api_vault_sheet(struct zong_request *req);
int zong_api_vault_officers(struct zong_request *req);
int zong_api_vault_recover(struct zong_request *req);
int zong_api_renew_vault(struct zong_request *req);
int zong_api_share_material(struct zong_request *req);
/* api_volumes.c */
int zong_api_volumes(struct zong_request *req);
int zong_api_new_volume(struct zong_request *req);
int zong_api_volume(struct zong_request *req);
int zong_api_set_volume(struct zong_request *req);
int zong_api_close_volume(struct zong_request *req);
int zong_api_check_volume(struct zong_request *req);
int zong_api_reopen_volume(struct zong_request *req);
int zong_api_annul_volume(struct zong_request *req);
int zong_api_shelve_volumes(struct zong_request *req);
int zong_api_export_volumes(struct zong_request *req);
int zong_api_print_volume(struct zong_request *req);
int zong_api_label_box(struct zong_request *req);

/* api_properties.c */
int zong_api_properties(struct zong_request *req);
int zong_api_run_properties(struct zong_request *req);
int zong_api_print_properties(struct zong_request *req);
int zong_api_text_properties(struct zong_request *req);
int zong_api_failed_properties(struct zong_request *req);
/* api_handovers.c */
int zong_api_handovers(struct zong_request *req);
int zong_api_make_handover(struct zong_request *req);
int zong_api_handover(struct zong_request *req);
int zong_api_check_handover(struct zong_request *req);
int zong_api_return_handover(struct zong_request *req);
int zong_api_take_handover(struct zong_request *req);
int zong_api_print_handover(struct zong_request *req);
int zong_api_cancel_handover(struct zong_request *req);
/* api_status.c */
int zong_api_status(struct zong_request *req);
int zong_api_description(struct zong_request *req);
/* health.c */
int zong_api_healthz(struct zong_request *req);
int zong_api_readyz(struct zong_request *req);
/* metrics.c */
int zong_api_metrics(struct zong_request *req);
/* static.c: whatever is no address of the table and not below /api/ */
int zong_api_static(struct zong_request *req);

/* api_desk.c */
int zong_api_begin_desk(struct zong_request *req);
int zong_api_desk(struct zong_request *req);
int zong_api_ask_desk(struct zong_request *req);
int zong_api_print_desk(struct zong_request *req);
int zong_api_end_desk(struct zong_request *req);
/* api_queries.c */
int zong_api_queries(struct zong_request *req);
int zong_api_query_rules(struct zong_request *req);
int zong_api_enter_query(struct zong_request *req);
int zong_api_query(struct zong_request *req);
int zong_api_change_query(struct zong_request *req);
int zong_api_grant_query(struct zong_request *req);
int zong_api_refuse_query(struct zong_request *req);
int zong_api_withdraw_query(struct zong_request *req);
int zong_api_copy_query(struct zong_request *req);
int zong_api_print_query(struct zong_request *req);
int zong_api_query_register(struct zong_request *req);
int zong_api_check_query(struct zong_request *req);
#endif
