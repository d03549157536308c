/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_LIMITS_H
#define ZONG_LIMITS_H

/* Every bound of the program, each with its reason. Over a limit comes a clear error (ZONG_ELIMIT
 * or a more exact one), never a crash and never a silent cut. */

/* -- text that people type (bytes of UTF-8) -- */
#define ZONG_LIMIT_CASE_NO 50           /* national exchange rule: 受理号 at most 50 characters */
#define ZONG_LIMIT_CASE_NO_BYTES 200    /* the same in UTF-8 */
#define ZONG_LIMIT_NAME 300             /* party names: companies reach 100 characters */
#define ZONG_LIMIT_TITLE 600
#define ZONG_LIMIT_TYPE 120
#define ZONG_LIMIT_REASON 2000
#define ZONG_LIMIT_PURPOSE 600
#define ZONG_LIMIT_DEPARTMENT_ID 32     /* a short word: it stands in addresses and folders */
#define ZONG_LIMIT_QUERY 1000
#define ZONG_LIMIT_URL 2000
#define ZONG_LIMIT_CERT 200
#define ZONG_LIMIT_UNITS 1000           /* units of one case: first registration of a whole building */
#define ZONG_LIMIT_PARTIES 1000
#define ZONG_LIMIT_RECEIVERS 50
#define ZONG_LIMIT_CODES 5000          /* codes of one department's table */
#define ZONG_LIMIT_CODE 200            /* bytes of one of its words: it is part of a key */
#define ZONG_LIMIT_EVENTS 200           /* dated events of one case */
#define ZONG_LIMIT_RULES 1000           /* retention rules */
#define ZONG_LIMIT_YEARS 1000           /* of a retention rule */
#define ZONG_LIMIT_RULE_REASON 400      /* of a hold's reason, where it stands beside a material */
#define ZONG_LIMIT_DESTRUCTION 5000     /* materials of one destruction list: two people have to look through it */
#define ZONG_LIMIT_PLACE_NAME 120
#define ZONG_LIMIT_CAPACITY 2000        /* originals directly on one place: a shelf of boxes has some hundreds of papers */
#define ZONG_LIMIT_SHELVE 500           /* codes scanned at once: 20 to 30 in practice */
#define ZONG_LIMIT_ORIGINAL_MATERIALS 200 /* scans of one paper */
#define ZONG_LIMIT_COPIES 50            /* scans shown with an original; a case may have more */
#define ZONG_LIMIT_ORIGINAL_PAGES 100000 /* of one paper */
#define ZONG_LIMIT_LOAN_DAYS 366        /* a loan is due within a year */
#define ZONG_LIMIT_EXTENSIONS 20        /* of one loan */
#define ZONG_LIMIT_RESERVATIONS 50      /* people who wait for one paper */
#define ZONG_LIMIT_STOCKTAKE 5000       /* originals and codes of one stock-take: a room is gone through shelf by shelf */
#define ZONG_LIMIT_PLACES_BELOW 5000    /* places gone through for one stock-take */
#define ZONG_LIMIT_HANDOVER 500         /* originals of one hand-over list: two people look at each */
#define ZONG_LIMIT_ARCHIVAL 60          /* characters of an archival number: the longest in use have 40 */
#define ZONG_LIMIT_ARCHIVAL_BYTES 180   /* the same in UTF-8, none beyond the basic plane */
#define ZONG_LIMIT_ARCHIVAL_PATTERN 300
#define ZONG_LIMIT_VOLUME_ITEMS 1000    /* of one volume: a binder holds some hundreds of sheets */
#define ZONG_LIMIT_VOLUME_CASES 100     /* that share one volume */
#define ZONG_LIMIT_VOLUME_PAGES 100000  /* of one item */
#define ZONG_LIMIT_CASE_VOLUMES 100     /* volumes that name one case */
#define ZONG_LIMIT_QUERY_OBJECTS 50     /* that one application asks about */
#define ZONG_LIMIT_QUERY_PROOFS 50
#define ZONG_LIMIT_QUERY_UNITS 200      /* that one answer tells about: an owner of more has a company's list */
#define ZONG_LIMIT_QUERY_FACTS 5000     /* of one answer */
#define ZONG_LIMIT_QUERY_COPIES 2000    /* materials handed out on one answer */
#define ZONG_LIMIT_QUERY_RULES 50       /* kinds of people who ask */
#define ZONG_LIMIT_DESKS 100            /* self-service desks with somebody before them */
#define ZONG_LIMIT_DESK_QUESTIONS 5     /* of one session: who asks more goes to the window */
#define ZONG_LIMIT_QUERY_REGISTER 20000 /* lines of one printed register: a month of a busy hall has 5000 */
#define ZONG_LIMIT_PROPERTY_FINDINGS 100 /* told of one item of the four properties: who sees a hundred looks at the case itself */
#define ZONG_LIMIT_PROPERTY_TEXT (16 << 20) /* bytes of a report as text: all findings of all items are some 4 MB */
#define ZONG_LIMIT_PROPERTY_PAPERS 20000 /* materials of one case that a run holds in memory */
#define ZONG_LIMIT_REOPENED 50          /* times that one volume is opened again */

/* -- files -- */
#define ZONG_LIMIT_FILE (UINT64_C(16) << 30)    /* bytes of one file */
#define ZONG_LIMIT_VAULT_FILE (UINT64_C(1) << 30)   /* of one that goes into a vault: it waits in memory until it is sealed */
#define ZONG_LIMIT_VAULT_MEMORY (UINT64_C(2) << 30) /* of all that wait so */
#define ZONG_LIMIT_PAGES 5000                   /* pages of one file: a carton of volumes holds 2,500 */
#define ZONG_LIMIT_PIXELS (UINT64_C(160) << 20) /* one page: A0 at 300 dpi has 140 million */
#define ZONG_LIMIT_META (256 * 1024)            /* the JSON part of an upload */
#define ZONG_LIMIT_JSON (1024 * 1024)           /* any JSON body */
#define ZONG_LIMIT_FORM_FIELDS 8                /* parts of one multipart upload */

/* -- store -- */
#define ZONG_SEGMENT_MIN (64 * 1024)      /* content-defined cut (FastCDC): least */
#define ZONG_SEGMENT_AVG (256 * 1024)     /* ... average: a power of two */
#define ZONG_SEGMENT_MAX (1024 * 1024)    /* ... most */
#define ZONG_SEGMENT_RUN 1024             /* shorter strips and streams are no run of their own: nothing gained */
#define ZONG_LIMIT_RUNS 65536             /* runs of one file; what lies behind is cut by content */
#define ZONG_SEGMENT_INLINE 512           /* shorter runs stand in the recipe: a segment costs a page of 4 KiB */
#define ZONG_SEGMENT_BATCH (8 << 20)      /* bytes handed to the writer at once by one upload */
#define ZONG_RECIPE_CHUNK 1024            /* entries in one recipe row */
#define ZONG_LIMIT_VALUE (64 << 20)       /* one row */
#define ZONG_LIMIT_KEY 511                /* LMDB's own */
#define ZONG_LIMIT_READERS 512            /* read transactions at once */
#define ZONG_LIMIT_READ_SECONDS 60        /* a longer read makes the file grow */
#define ZONG_MAP_STEP (UINT64_C(1) << 30) /* the map grows by this or by a quarter */
#define ZONG_LIMIT_GROUP 256              /* writes that share one commit */
#define ZONG_LIMIT_GROUP_BYTES (64 << 20) /* ... and the bytes of their segments: LMDB holds them in memory */
#define ZONG_LIMIT_WRITE_QUEUE 4096       /* writes waiting; a further one waits for room */

/* -- backup -- */
#define ZONG_BACKUP_PACK_BYTES (UINT64_C(128) << 20)  /* a pack is ended here: what an interruption may cost */
#define ZONG_BACKUP_PACK_MAX (UINT64_C(1) << 30)      /* a longer file is no pack */
#define ZONG_BACKUP_VALUE (2 << 20)                   /* a value: a segment as kept, with room to spare */
#define ZONG_BACKUP_MANIFEST (256 << 20)              /* 36 bytes a piece: a catalog of 200 GB */
#define ZONG_BACKUP_SNAPSHOTS_MAX 4096                /* of one folder: ten years of daily ones */
#define ZONG_BACKUP_KEYS (1 << 20)                    /* the file of keys of a vault: hundreds of locks */
#define ZONG_BACKUP_STORE_NAME 31                     /* of a vault's archive: "store-" and a number */
#define ZONG_BACKUP_PIECE_MIN (8 * 1024)              /* pieces of the catalog: a row changed costs one */
#define ZONG_BACKUP_PIECE_AVG_BITS 15
#define ZONG_BACKUP_PIECE_MAX (128 * 1024)
#define ZONG_BACKUP_LIST_MAX 2048                     /* digests in a piece of the list of segments */
#define ZONG_BACKUP_LOCK_SECONDS 600                  /* a lock of another machine that nobody has touched for so long is stale */

/* -- reading -- */
#define ZONG_LIMIT_WORDS 20000             /* words of one page; a newspaper page has 10,000 */
#define ZONG_LIMIT_PAGE_TEXT (2 << 20)     /* bytes of text of one page */
#define ZONG_LIMIT_WORKER_MESSAGE (32 << 20)
#define ZONG_LIMIT_EXTRACT (UINT64_C(1) << 30) /* bytes of some pages taken out of a batch: a worker holds them in memory */
#define ZONG_LIMIT_EXTRACT_PIECE (16 << 20) /* ... of which so many come in one message */
#define ZONG_LIMIT_FORM (32 << 20)         /* bytes of what stands on a printed form: a record book of 100,000 rows */
#define ZONG_LIMIT_FORM_PAGES 5000         /* sheets of one form */
#define ZONG_LIMIT_RENDER (64 << 20)       /* bytes of one rendered page image */
#define ZONG_LIMIT_STRIPS 2048             /* images of one page of a PDF; a page in more strips is coded anew as one */
#define ZONG_LIMIT_PIECES 65536            /* runs of bytes of one page's image: a PNG has one every 8 KB */
#define ZONG_LIMIT_PDF UINT64_C(9999999999) /* bytes: an offset in a PDF 1.4 has ten digits */
#define ZONG_LIMIT_CHARACTERS 60000        /* different ones in one PDF: two bytes a code */
#define ZONG_WORKER_MEMORY (UINT64_C(3) << 30) /* address space of a worker: 160 Mpx of RGB, twice, and the model */
#define ZONG_WORKER_PAGES 2000 /* questions after which a worker is replaced: what its libraries leak stays small */
#define ZONG_WORKER_WORN (UINT64_C(1) << 30) /* or when it holds so much between two of them; it needs 200 MB */
#define ZONG_WORKER_PROBE_SECONDS 60       /* deadline a page */
#define ZONG_WORKER_READ_SECONDS 180
#define ZONG_LIMIT_TRIES 2                 /* a page is tried again once, then parked */
#define ZONG_LIMIT_WORKERS 64
#define ZONG_JOBS_URGENT_IN_A_ROW 15       /* then one bulk page, so that a busy day does not keep bulk waiting for ever */
#define ZONG_LIMIT_URGENT_PAGES 200        /* a file with more is bulk: nobody waits at the counter while a volume is read */
#define ZONG_JOBS_COUNTED 100000           /* jobs counted one by one for an estimate: some 20 ms */
#define ZONG_LIMIT_PROBE_DEATHS 8          /* workers that one file may kill while probed; then its other pages count as lost */

/* -- network -- */
#define ZONG_LIMIT_CONNECTIONS 1000
#define ZONG_LIMIT_HEADER_MEMORY (32 * 1024) /* request line and headers of one connection */
#define ZONG_LIMIT_IDLE_SECONDS 60
#define ZONG_LIMIT_EXECUTOR 16             /* requests that wait for disk or a worker at once */
#define ZONG_LIMIT_PENDING 1024            /* such requests waiting for a place */
#define ZONG_LIMIT_SLOW 12                 /* of them in intake or drawing pages, so that quick ones find a place */
#define ZONG_LIMIT_QUERY_ITEMS 64          /* parameters of one address */
#define ZONG_LIMIT_REFUSED (64 << 20)      /* bytes of a refused upload that are still taken and thrown away */
#define ZONG_LIMIT_REFUSED_SECONDS 10      /* ... and for how long */
#define ZONG_LIMIT_CLOSE_SECONDS 30        /* requests under way when the server ends */
#define ZONG_LIMIT_CERTIFICATE (1 << 20)   /* bytes of a file with certificates or a key */
#define ZONG_LIMIT_CERTIFICATES 16         /* that one department calls with */
#define ZONG_LIMIT_PARKED 256              /* long polls that wait at once, a connection each */
#define ZONG_LIMIT_WAIT 60                 /* seconds that one may wait */
#define ZONG_LIMIT_SENDERS 64              /* departments whose webhooks are called at once, a thread each */
#define ZONG_LIMIT_WEBHOOK_CONCURRENCY 32  /* calls of one webhook at once; 8 unless its department is set otherwise */
#define ZONG_LIMIT_WEBHOOK_RATE 10000      /* a second that one can be held to */
#define ZONG_LIMIT_ROTATION_HOURS 720      /* that old keys sign beside new ones */
#define ZONG_LIMIT_RECEIPT_HOURS 8760
#define ZONG_LIMIT_JOB_WAIT (60 * 1000000) /* microseconds for which a page is put off at most before it is tried again */
#define ZONG_LIMIT_FEED_ITEMS 1000         /* events of one page of a feed */
#define ZONG_LIMIT_EVENTS_TEXT (32 << 20) /* bytes of one page of a feed */
#define ZONG_LIMIT_DAY_ITEMS 100000        /* deliveries of one department on one day */
#define ZONG_LIMIT_DAY_DIFFERENCES 1000    /* of them that a reply names */
#define ZONG_LIMIT_PAGE_ITEMS 200          /* items of one list reply */
#define ZONG_LIMIT_SEALED_TEXT ((size_t)256 << 20) /* of text of a sealed archive held in memory while it is open: some 150,000 pages */
#define ZONG_LIMIT_SEALED_SCAN_SECONDS 2   /* that a search looks through it */
#define ZONG_LIMIT_SEALED_WAIT_SECONDS 5   /* that a search waits for what is not read yet since the archive was opened */
#define ZONG_LIMIT_SEARCH_SCAN 5000        /* matches looked at for one search reply */
#define ZONG_LIMIT_FACETS 20               /* values told of one facet: more is no choice */
#define ZONG_LIMIT_FACET_HITS 2000         /* hits counted for facets, some 15 us each */
#define ZONG_LIMIT_SUGGESTIONS 10          /* while somebody types: what one takes in at a glance */
#define ZONG_LIMIT_SUGGEST_ROWS 300        /* index rows looked at for one kind of them, some 10 us each: it is asked at every key */
#define ZONG_LIMIT_OPERATORS 32            /* in the box of one search; each is asked of each thing found */
#define ZONG_LIMIT_SEARCH_WALK 50000       /* materials gone through, newest first, for a search without words, code or name: some 0.2 s */
#define ZONG_LIMIT_BEGINNINGS 5000         /* different words of the index that one `word*` may stand for */
#define ZONG_LIMIT_ALIKE_CANDIDATES 4096   /* pages that the index of looks leads to, for one page: a form used by all is in there */
#define ZONG_LIMIT_ALIKE_PAGES 64          /* of one material that look-alikes are looked for in one request, some 20 ms each */
#define ZONG_LIMIT_ALIKE_COMPARED 500      /* prints compared for one request, half a millisecond each */
#define ZONG_LIMIT_ALIKE_USES 200          /* places of one page image that are shown */
#define ZONG_LIMIT_WEBHOOK_REPLY (64 * 1024)
#define ZONG_LIMIT_WEBHOOK_SECONDS 20
#define ZONG_LIMIT_WEBHOOK_BODY (20 * 1024) /* Standard Webhooks: keep payloads under 20 KB */

/* -- this program itself -- */
#define ZONG_LIMIT_CONFIG (256 * 1024) /* zong.conf */
#define ZONG_LIMIT_KIND_RULES 500      /* rules for the kind of a material; each is tried on each page */
#define ZONG_LIMIT_KIND_NAMES 2000     /* names of kinds, other names included */
#define ZONG_LIMIT_CATALOGUE_DEPARTMENTS 32 /* that a catalogue names: a bit each */
#define ZONG_LIMIT_CATALOGUE_MATERIALS 500 /* types of material; a hall has some sixty */
#define ZONG_LIMIT_CATALOGUE_BUSINESSES 100 /* kinds of business */
#define ZONG_LIMIT_CATALOGUE_ROWS 200 /* materials that one of them needs */
#define ZONG_LIMIT_CATALOGUE_CAUSES 50 /* causes of one of them */
#define ZONG_LIMIT_CATALOGUE_WORDS 5000 /* names and words of all kinds */
#define ZONG_LIMIT_CATALOGUE_ARENA (8 << 20) /* bytes of one that is taken apart */
#define ZONG_LIMIT_CATALOGUES 1000 /* versions: a hall changes its list some times a year */
#define ZONG_LIMIT_NAMES 100000	       /* of places and offices (names.list) */
#define ZONG_LIMIT_NAMES_FILE (8 * 1024 * 1024) /* bytes; so many of the longest, with comments */
#define ZONG_LIMIT_COMPARED 200        /* entered codes and numbers of a case that are compared with what was read */
#define ZONG_LIMIT_REVIEWS 200         /* things to look at, of one material; more say that it was scanned badly */
#define ZONG_LIMIT_CORRECTION 1000     /* bytes of one correction; a line has 100 characters */
#define ZONG_LIMIT_LOG_TEXT 4096       /* one line of the log; what is longer is cut and says so */

#define ZONG_LIMIT_AUDIT_SCAN 50000    /* lines of the log looked at for one page: some 100 ms */

/* -- tables of units -- */
#define ZONG_LIMIT_TABLE (256 << 20)   /* bytes of one: two million units with all that is known of them */
#define ZONG_LIMIT_TABLE_LINE (64 * 1024) /* bytes of one row; a merger of 1000 units has 30,000 */
#define ZONG_LIMIT_TABLE_COLUMNS 64
#define ZONG_LIMIT_TABLE_REFUSALS 10000 /* lines of the report; who has mended as many hands the table in again */
#define ZONG_TABLE_BATCH 4000          /* rows of one commit, some 20 ms: an upload at a scanner is not kept waiting */
#define ZONG_LIMIT_UNIT_TEXT 400       /* bytes of a unit's name, address or use */
#define ZONG_LIMIT_EVENT_CODES 1000    /* units of one split or merger: a building */
#define ZONG_LIMIT_LINEAGE 500         /* codes that one comes from, or has become */
#define ZONG_LIMIT_LINKS 200           /* cases that one goes on from, and links of a case from later ones that are looked at */
#define ZONG_LIMIT_CHAIN 500           /* cases in the line of one unit */
#define ZONG_LIMIT_CHAIN_CASES 64      /* cases in which one certificate number is looked for */
#define ZONG_LIMIT_CHAIN_SCAN 2000     /* places of it that are looked at */
#define ZONG_LIMIT_CHAIN_NUMBERS 20    /* certificate numbers of one material that propose links */

/* -- memory -- */
#define ZONG_LIMIT_ARENA (64 << 20) /* one request */
#define ZONG_CACHE_FILES 16         /* rebuilt files kept open for reading page by page */
#define ZONG_CACHE_BYTES (256 << 20) /* verified file bytes kept for fetching again */

#endif
