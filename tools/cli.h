/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TOOLS_CLI_H
#define ZONG_TOOLS_CLI_H

/* The command line `zong`: what its commands share. A command gets its words already sorted into
 * options and operands (words.c), talks to the server through a client (client.c), and answers an exit
 * status: 0 done, 1 failed (the reason has been printed), 2 used wrongly.
 * One thread. Text for people goes to standard error unless it is what was asked for. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>
#include <zong/buffer.h>

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* ---- language ---- */

/* Chinese when LC_ALL, LC_MESSAGES or LANG says so, else English. */
bool cli_chinese(void);
#define T(english, chinese) (cli_chinese() ? (chinese) : (english))
/* What a word of the interface is called; a table ends with an empty one. */
struct phrase {
	const char *slug, *english, *chinese;
};
const char *phrase_of(const struct phrase *phrases, const char *slug); /* @slug itself where the table has it not */

/* ---- words ---- */

/* How an option takes its value. */
enum word_kind {
	WORD_FLAG,  /* none */
	WORD_VALUE, /* one */
	WORD_LIST,  /* all words up to the next option; may be repeated */
};

struct word_option {
	const char *name; /* without the dashes */
	char letter;	  /* short form, 0: none */
	enum word_kind kind;
	const char **values; /* filled; borrowed from argv */
	size_t count, room;
};

struct words {
	struct word_option *option; /* ends with a NULL name */
	const char **operand;
	size_t operands;
};

/* Sorts @argv; `--` ends the options. Prints what is wrong and returns CLI_USAGE. */
int words_parse(struct words *words, struct word_option *options, int argc, char **argv);
void words_release(struct words *words);
const char *words_value(
	const struct words *words, const char *name); /* the last one given, or NULL */
bool words_flag(const struct words *words, const char *name);
const struct word_option *words_option(const struct words *words, const char *name);

/* ---- client ---- */

struct client;

/* @server NULL: the Unix socket of @archive. @purpose: why what follows is done, for the log, or NULL. Waits some seconds for a server that is just starting. */
struct client *client_new(
	const char *archive, const char *server, const char *token, const char *purpose);
/* From now on what is asked is asked of the vault of this department. */
int client_vault(struct client *client, const char *department);
void client_free(struct client *client);

/* One request with an optional JSON body; *ret_json (may be NULL) is owned by the caller.
 * Prints problems in the user's words. CLI_OK for 2xx. */
int client_json(struct client *client, const char *method, const char *path, json_t *body,
	json_t **ret_json);
/* Tells on standard error if an answer says that other pages may be alike, too. */
void client_say_more_alike(const json_t *answer);
/* Follows a list over its pages, at most @max items (0: all); @path already has a `?`. Stops at a failure. */
typedef int client_item(void *ctx, const json_t *item);
int client_list(struct client *client, const char *path, size_t max, client_item *each, void *ctx,
	size_t *ret_count);

/* Was the last answer that there is no such thing, or no more? */
bool client_missing(const struct client *client);

/* An address made of a format whose %s are percent-encoded one by one; the caller frees it. */
char *client_path(struct client *client, const char *format, ...);

/* Bytes sent, and then, from 0 to 1, how far the server is with the pages (negative: not known yet). */
typedef void client_progress(void *ctx, uint64_t done, uint64_t total, double keeping);
/* Sends a file as multipart/form-data with @meta before it, streaming. */
int client_upload(struct client *client, const char *path, json_t *meta, const char *file,
	client_progress *progress, void *ctx, json_t **ret_json);
/* Fetches bytes into @fd; *ret_digest: the SHA-256 of what came, in text (72 bytes); *ret_etag likewise what the
 * server says it is, "" when it says nothing. */
int client_fetch(struct client *client, const char *path, int fd, char *ret_digest, char *ret_etag);

/* Sends a file as it is, of media type @type, and reads a JSON answer. */
int client_send(struct client *client, const char *path, const char *type, const char *file,
	client_progress *progress, void *ctx, json_t **ret_json);

/* ---- output ---- */

/* Where what was asked for goes: standard output, or a file that has its name only when it is whole. */
struct output {
	int fd;
	const char *name;
	struct zong_buf temporary;
};

/* @name NULL or "-": standard output, unless that is a terminal and @binary. */
int output_open(struct output *output, const char *name, bool binary);
int output_close(struct output *output, bool keep);
struct cli;
/* What @path answers goes where --output says. */
int output_save(struct cli *cli, const struct words *words, const char *path, bool binary);

/* ---- progress ---- */

/* A bar on a terminal; elsewhere a plain line a quarter, for what takes longer than two seconds; nothing when @quiet. */
struct progress {
	bool terminal, quiet;
	int64_t since; /* monotonic; 0: not begun */
	int last_percent;
	size_t drawn;
};
void progress_init(struct progress *progress, bool quiet);
void progress_show(struct progress *progress, const char *label, double done, const char *note);
void progress_end(struct progress *progress); /* takes the bar away */

/* ---- commands ---- */

struct cli {
	const char *archive, *server, *token;
	bool json;
	struct client *client; /* NULL for commands that need no server */
};

struct command {
	const char *name, *sub;		   /* "case", "open"; sub NULL: none */
	const struct word_option *options; /* its own; the global ones are added */
	bool offline;
	int (*run)(struct cli *cli, struct words *words);
	const char *usage; /* operands and options in one line */
	const char *help_en, *help_zh;
};

/* Tables that end with a command without a name. */
extern const struct command log_commands[];    /* command_log.c */
extern const struct command deliver_commands[]; /* command_deliver.c */
extern const struct command pull_commands[];    /* command_pull.c */
extern const struct command user_commands[];    /* command_user.c */
extern const struct command verify_commands[]; /* command_verify.c */
extern const struct command vault_commands[];  /* command_vault.c */
extern const struct command parcel_commands[]; /* command_parcel.c */
extern const struct command link_commands[];   /* command_link.c */
int command_parcel_show(struct cli *cli, struct words *words);
int command_parcel_chain(struct cli *cli, struct words *words); /* command_link.c */
int print_chain(struct cli *cli, const char *code); /* the line of a unit's cases */

int command_backup(struct cli *cli, struct words *words);
int command_restore(struct cli *cli, struct words *words);
int command_init(struct cli *cli, struct words *words);
int command_case_open(struct cli *cli, struct words *words);
int command_case_show(struct cli *cli, struct words *words);
int command_case_list(struct cli *cli, struct words *words);
int command_add(struct cli *cli, struct words *words);
int command_sheet(struct cli *cli, struct words *words);
int command_find(struct cli *cli, struct words *words);
int command_show(struct cli *cli, struct words *words);
int command_get(struct cli *cli, struct words *words);
int command_dept_add(struct cli *cli, struct words *words);
int command_dept_list(struct cli *cli, struct words *words);
int command_feed(struct cli *cli, struct words *words);
int command_token_new(struct cli *cli, struct words *words);
int command_token_list(struct cli *cli, struct words *words);
int command_token_revoke(struct cli *cli, struct words *words);
int command_case_event(struct cli *cli, struct words *words);
int command_retention_rules(struct cli *cli, struct words *words);
int command_retention_set(struct cli *cli, struct words *words);
int command_retention_due(struct cli *cli, struct words *words);
int command_retention_show(struct cli *cli, struct words *words);
int command_hold_place(struct cli *cli, struct words *words);
int command_hold_lift(struct cli *cli, struct words *words);
int command_hold_list(struct cli *cli, struct words *words);
int command_destroy_propose(struct cli *cli, struct words *words);
int command_destroy_list(struct cli *cli, struct words *words);
int command_destroy_show(struct cli *cli, struct words *words);
int command_destroy_approve(struct cli *cli, struct words *words);
int command_destroy_execute(struct cli *cli, struct words *words);
int command_destroy_cancel(struct cli *cli, struct words *words);
int command_review(struct cli *cli, struct words *words);
int command_status(struct cli *cli, struct words *words);
int command_jobs(struct cli *cli, struct words *words);
int command_check(struct cli *cli, struct words *words);
int command_reindex(struct cli *cli, struct words *words);

int command_place_add(struct cli *cli, struct words *words);
int command_place_list(struct cli *cli, struct words *words);
int command_place_show(struct cli *cli, struct words *words);
int command_place_remove(struct cli *cli, struct words *words);
int command_place_stocktake(struct cli *cli, struct words *words);
int command_original_new(struct cli *cli, struct words *words);
int command_original_list(struct cli *cli, struct words *words);
int command_original_where(struct cli *cli, struct words *words);
int command_original_shelve(struct cli *cli, struct words *words);
int command_original_missing(struct cli *cli, struct words *words);
int command_original_found(struct cli *cli, struct words *words);
int command_original_reserve(struct cli *cli, struct words *words);
int command_original_lend(struct cli *cli, struct words *words);
int command_original_extend(struct cli *cli, struct words *words);
int command_original_return(struct cli *cli, struct words *words);
int command_original_settle(struct cli *cli, struct words *words);
int command_original_overdue(struct cli *cli, struct words *words);
int command_original_history(struct cli *cli, struct words *words);

extern const struct command paper_commands[]; /* paper.c */
extern const struct command volume_commands[]; /* command_volume.c */
extern const struct command query_commands[]; /* command_query.c */
extern const struct command catalogue_commands[]; /* command_catalogue.c */
extern const struct command property_commands[]; /* command_property.c */
extern const struct command desk_commands[]; /* command_desk.c */

int command_place_label(struct cli *cli, struct words *words);
int command_original_label(struct cli *cli, struct words *words);
int command_handover_new(struct cli *cli, struct words *words);
int command_handover_list(struct cli *cli, struct words *words);
int command_handover_show(struct cli *cli, struct words *words);
int command_handover_check(struct cli *cli, struct words *words);
int command_handover_return(struct cli *cli, struct words *words);
int command_handover_take(struct cli *cli, struct words *words);
int command_handover_cancel(struct cli *cli, struct words *words);
int command_handover_print(struct cli *cli, struct words *words);

/* ---- codes of paper ---- */

/* codes.c: the operands from @from on; "-" reads codes from standard input, one a line. */
int codes_take(const struct words *words, size_t from, json_t **ret_codes);
/* A member of a body, left out where @text is NULL. */
int body_number(json_t *body, const char *name, const char *text, long least);
void body_text(json_t *body, const char *name, const char *text);
/* What stands in the values of an option, between commas. */
json_t *split_commas(const struct word_option *option);
/* command_original.c: the only operand, and a request about the original that it names. @body is taken over. */
int original_operand(const struct words *words);
int original_send(struct cli *cli, struct words *words, const char *what, json_t *body);
int show_original(void *cli, const json_t *original);
/* Those of a case, material, place or state. */
int list_originals(struct cli *cli, const char *filter, const char *value);
void print_path(const json_t *path); /* command_place.c */

/* ---- printing ---- */

/* A string member, "" where it is missing or no string. */
const char *field_str(const json_t *object, const char *name);
int64_t field_int(const json_t *object, const char *name);
/* One object a line on standard output. */
void print_json_line(const json_t *object);
/* "1.2 MB". */
void print_bytes(char *text, size_t size, uint64_t bytes);
/* Local date and time of an RFC 3339 instant. */
void print_time(char *text, size_t size, const char *rfc3339);
/* On standard error, what the quality gate found on each of the pages; @before: begins each line. */
/* ", about 3 min left"; empty where @reading does not know. */
void print_left(char *text, size_t size, const json_t *reading);
void print_verdicts(const char *before, const json_t *pages);
/* A field of CSV (RFC 4180) in quotes, then @end. What a spreadsheet would take for a formula is kept from being one. */
void print_csv_cell(FILE *file, const char *text, char end);
/* Where an original is, in words. */
const char *original_state(const char *state);
int print_case(const json_t *object);
/* command_catalogue.c: what is missing of a case, for whom. */
void print_missing(const json_t *object);
/* Spells an error of the command itself on standard error and returns CLI_USAGE. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
