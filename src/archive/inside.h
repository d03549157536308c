/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_INSIDE_H
#define ZONG_ARCHIVE_INSIDE_H

/* An open archive as the files of this folder see it. All members are set while it is opened and
 * stay until it is closed; what changes lies behind the functions of its own header (or is said here).
 * Threads: read-only after zong_archive_open. */

#include <stdatomic.h>

#include <zong/archival.h>
#include <zong/archive.h>
#include <zong/config.h>
#include <zong/digest.h>
#include <zong/gate.h>
#include <zong/pool.h>
#include <zong/store.h>

#include "scanner.h"

/* By what is judged whether a person should look at what was read. */
struct zong_judge {
	struct zong_kind_rules *kinds; /* kind_rules.h; NULL: no kind is judged */
	float confidence;	       /* fields read with less go to the review list */
	struct zong_waiting *waiting;  /* review.h; NULL: nothing is remembered */
};

/* By what the four properties are judged (property.h). */
struct zong_property_rules {
	uint32_t media; /* formats that the hall keeps: a bit of each enum zong_media */
	struct zong_scanner scanner;
};

struct zong_archive {
	struct zong_archive *common; /* of a vault (vault_archive.h): the archive it is one of, which owns the rules, the settings and the pool */
	char *dir;
	char *spool; /* NULL in a vault: in memory */
	char *url; /* changed by zong_archive_set_url before serving only */
	struct zong_config *config;
	struct zong_judge judge;
	struct zong_names *names; /* names.h; NULL: the hall has written none down */
	struct zong_gate_limits gate;
	bool sm3; /* files that come in get one */
	struct zong_archival_pattern archival; /* of archival numbers */
	struct zong_property_rules property;
	struct zong_query_rules *query_rules;  /* query_rules.h; NULL: none, nobody may see anything */
	struct zong_catalogues *catalogues; /* catalogue.h */
	struct zong_store *store;
	struct zong_pool *pool;		/* NULL: for looking only */
	struct zong_journal *journal;	/* journal.h */
	struct zong_filecache *files;	/* filecache.h */
	struct zong_bytecache *bytes;	/* bytecache.h */
	/* NULL in a vault: */
	struct zong_throttle *throttle; /* throttle.h */
	struct zong_idle *idle;		/* idle.h */
	struct zong_desks *desks;	/* desk_memory.h */
	struct zong_tlog *tlog;		/* tlog.h */
	struct zong_vaults *vaults;	/* zong/vaults.h */
	atomic_flag catching_up; /* a thread is in alike_catch_up.c and may change the next two */
	bool looks_recalled;
	struct zong_digest looks_at;  /* files up to this one have looks */
	atomic_flag reviewing;		/* a thread is in review_catch_up.c */
	atomic_bool reviewed;		/* it has nothing more to do */
	struct zong_readers *readers; /* reader.h; NULL without a pool */
	struct zong_keeper *keeper;   /* keeper.h; NULL where it is paused */
	struct zong_scrub *scrub;     /* scrub.h; NULL where it is paused or turned off */
	struct zong_property_round *properties; /* property.h; NULL where it is paused or turned off */
	int32_t today; /* for tests: the day that retention counts with; 0: by the clock */
	bool text;     /* the text index runs */
};

#endif
