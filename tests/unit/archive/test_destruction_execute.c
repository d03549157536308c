/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/digest.h>
#include <zong/file.h>
#include <zong/retention.h>
#include <zong/time.h>

#include "fixture.h"
#include "row.h"

/* Random histories of an archive beside a model of it that knows nothing of how the archive works: after each step both
 * must agree on what is there. ZONG_TEST_STEPS makes them longer, ZONG_TEST_SEED another one. */

#define CASES 5
#define KINDS 2
#define TYPES 2
#define SHEETS 7
#define SHEET_BYTES 3000
#define MATERIALS 400
#define HOLDS 200
#define LISTS 200
#define EVENTS 3 /* "opened" and two others */

static const char *const kinds[KINDS] = {"抵押登记", "转移登记"};
static const char *const types[TYPES] = {"合同", "申请书"};
static const char *const events[EVENTS] = {"opened", "注销", "解除"};
#define UNITS 5
static const char *const units[UNITS] = {"370786001001GB00001F00010001",
	"370786001001GB00001F00020002", "370786002002GB00009W00000000", "370786001001GB00001",
	"370786001001GB00001F0002"};
#define PREFIXES 5
static const char *const prefixes[PREFIXES] = {"370786", "370786001001GB00001",
	"370786001001GB00001F00010001", "370786001001GB00001F00020002", "370786002"};

struct m_material {
	char id[ZONG_ID_TEXT];
	int cas, type;
	struct zong_buf bytes;
	struct zong_digest digest;
	unsigned sheets; /* a bit each */
	bool destroyed;
	int list; /* open list that it is on, or -1 */
	uint32_t pages;
};

struct m_case {
	char no[32];
	int kind, unit;
	int32_t opened;
	int32_t event[EVENTS]; /* last day, ZONG_DAY_NEVER */
};

struct m_rule {
	int kind, type, event; /* -1: any, permanent */
	uint32_t years;
};

struct m_hold {
	char id[ZONG_ID_TEXT];
	int scope; /* 0 case, 1 material, 2 unit */
	int target;
	bool lifted;
};

struct m_list {
	char id[ZONG_ID_TEXT];
	int state; /* 0 proposed, 1 approved, 2 over */
	int by;	   /* who proposed */
};

struct model {
	struct fixture *f;
	unsigned seed;
	int32_t today;
	char sheet[SHEETS][SHEET_BYTES + 1];
	struct m_case cas[CASES];
	struct m_material material[MATERIALS];
	int materials;
	struct m_rule rule[64];
	int rules;
	struct m_hold hold[HOLDS];
	int holds;
	struct m_list list[LISTS];
	int lists;
	bool collected; /* nothing was destroyed since the last collection */
	struct zong_subject who[3];
	int destroyed, stayed, refused;
};

static int pick(struct model *m, int n)
{
	return (int)((unsigned)rand_r(&m->seed) % (unsigned)n);
}

/* ---- what the model says ---- */

static bool m_held(const struct model *m, int i)
{
	const struct m_material *material = &m->material[i];

	for (int h = 0; h < m->holds; h++) {
		const struct m_hold *hold = &m->hold[h];

		if (hold->lifted)
			continue;
		if (hold->scope == 0 && hold->target == material->cas)
			return true;
		if (hold->scope == 1 && hold->target == i)
			return true;
		if (hold->scope == 2) {
			const char *unit = units[m->cas[material->cas].unit];
			const char *target = prefixes[hold->target];

			if (strncmp(unit, target, strlen(target)) == 0)
				return true;
			if (strlen(unit) >= 19 && strncmp(target, unit, strlen(unit)) == 0)
				return true;
		}
	}
	return false;
}

static bool m_due(const struct model *m, int i)
{
	const struct m_material *material = &m->material[i];
	const struct m_case *cas = &m->cas[material->cas];

	for (int near = 3; near >= 0; near--) {
		bool any = false;

		for (int r = 0; r < m->rules; r++) {
			const struct m_rule *rule = &m->rule[r];
			int32_t day;

			if (rule->kind != (near & 2 ? cas->kind : -1) ||
				rule->type != (near & 1 ? material->type : -1))
				continue;
			any = true;
			if (rule->event < 0)
				return false;
			day = rule->event == 0 ? cas->opened : cas->event[rule->event];
			if (day == ZONG_DAY_NEVER ||
				zong_day_add_years(day, rule->years) > m->today)
				return false;
		}
		if (any)
			return true;
	}
	return false;
}

static bool m_goes(const struct model *m, int i)
{
	return !m->material[i].destroyed && m_due(m, i) && !m_held(m, i);
}

/* ---- steps ---- */

static void build(struct model *m, struct m_material *material)
{
	zong_buf_init(&material->bytes, 1 << 20);
	zong_buf_add_str(&material->bytes, "%PDF-1.4\n");
	material->pages = 0;
	for (int s = 0; s < SHEETS; s++) {
		if (!(material->sheets & 1u << s))
			continue;
		zong_buf_add_format(&material->bytes,
			"1 0 obj\n<</Length %d>>\nstream\n%s\nendstream\n", SHEET_BYTES,
			m->sheet[s]);
		material->pages += 5;
	}
	zong_digest_of(zong_buf_str(&material->bytes), material->bytes.len, &material->digest);
}

static void step_add(struct model *m)
{
	struct fixture *f = m->f;
	struct m_material *material = &m->material[m->materials];
	struct zong_intake intake = {.file_name = "扫描件.pdf"};
	const char *to[] = {"tax"};
	bool again = false;
	int err;

	if (m->materials == MATERIALS)
		return;
	memset(material, 0, sizeof(*material));
	material->cas = pick(m, CASES);
	material->type = pick(m, TYPES);
	material->sheets = 1u + (unsigned)pick(m, (1 << SHEETS) - 1);
	material->list = -1;
	build(m, material);
	for (int i = 0; i < m->materials; i++)
		again = again ||
			(!m->material[i].destroyed && m->material[i].cas == material->cas &&
				m->material[i].type == material->type &&
				m->material[i].sheets == material->sheets);
	intake.case_no = m->cas[material->cas].no;
	intake.type = types[material->type];
	intake.receivers = to;
	intake.receivers_count = 1;
	intake.fd = memfd_create("document", MFD_CLOEXEC);
	intake.len = material->bytes.len;
	assert_int_equal(
		zong_file_write_all(intake.fd, zong_buf_str(&material->bytes), material->bytes.len),
		0);
	zong_receipt_release(&f->receipt);
	err = zong_intake_run(f->archive, &f->archivist, &intake, NULL, NULL, &f->receipt, &f->err);
	close(intake.fd);
	assert_int_equal(err, 0);
	assert_int_equal(f->receipt.again, again);
	snprintf(material->id, sizeof(material->id), "%s", fixture_id(&f->receipt.material->id));
	if (again)
		zong_buf_release(&material->bytes);
	else
		m->materials++;
}

static void step_event(struct model *m)
{
	struct m_case *cas = &m->cas[pick(m, CASES)];
	int event = 1 + pick(m, EVENTS - 1);
	int32_t day = m->today - pick(m, 3000);
	char date[ZONG_DAY_TEXT];
	Zong__Case *row;
	bool again;

	zong_day_format(day, date);
	assert_int_equal(zong_case_event_add(m->f->archive, &m->f->archivist, cas->no,
				 events[event], date, &row, &again, &m->f->err),
		0);
	zong__case__free_unpacked(row, NULL);
	if (cas->event[event] == ZONG_DAY_NEVER || day > cas->event[event])
		cas->event[event] = day;
}

static void step_rule(struct model *m)
{
	Zong__RetentionRule row = ZONG__RETENTION_RULE__INIT;
	struct m_rule rule = {.kind = pick(m, KINDS + 1) - 1,
		.type = pick(m, TYPES + 1) - 1,
		.event = pick(m, 8) == 0 ? -1 : pick(m, EVENTS),
		.years = 1 + (uint32_t)pick(m, 12)};
	int at;

	for (at = 0; at < m->rules; at++)
		if (m->rule[at].kind == rule.kind && m->rule[at].type == rule.type &&
			m->rule[at].event == rule.event)
			break;
	row.kind = (char *)(uintptr_t)(rule.kind < 0 ? "" : kinds[rule.kind]);
	row.type = (char *)(uintptr_t)(rule.type < 0 ? "" : types[rule.type]);
	row.event = (char *)(uintptr_t)(rule.event < 0 ? "" : events[rule.event]);
	row.permanent = rule.event < 0;
	row.years = row.permanent ? 0 : rule.years;
	if (pick(m, 6) == 0) { /* in place of all */
		const Zong__RetentionRule *all[] = {&row};

		assert_int_equal(
			zong_rules_replace(m->f->archive, &m->f->administrator, all, 1, &m->f->err),
			0);
		m->rules = 0;
		at = 0;
	} else {
		assert_int_equal(
			zong_rules_set(m->f->archive, &m->f->administrator, &row, &m->f->err), 0);
	}
	m->rule[at] = rule;
	if (at == m->rules)
		m->rules++;
}

static void step_hold(struct model *m)
{
	struct m_hold *hold = &m->hold[m->holds];
	static const char *const scopes[] = {"case", "material", "unit"};
	const char *target;
	Zong__Hold *row;

	if (m->holds == HOLDS || m->materials == 0)
		return;
	hold->scope = pick(m, 3);
	hold->target = pick(m, hold->scope == 0	  ? CASES
			       : hold->scope == 1 ? m->materials
						  : PREFIXES);
	target = hold->scope == 0   ? m->cas[hold->target].no
		 : hold->scope == 1 ? m->material[hold->target].id
				    : prefixes[hold->target];
	assert_int_equal(zong_hold_place(m->f->archive, &m->f->archivist, scopes[hold->scope],
				 target, "诉讼保全", &row, &m->f->err),
		0);
	snprintf(hold->id, sizeof(hold->id), "%s", fixture_id(&row->id));
	zong__hold__free_unpacked(row, NULL);
	hold->lifted = false;
	m->holds++;
}

static void step_lift(struct model *m)
{
	for (int h = 0; h < m->holds; h++) {
		Zong__Hold *row;

		if (m->hold[h].lifted || pick(m, 3) == 0)
			continue;
		assert_int_equal(zong_hold_lift(m->f->archive, &m->f->administrator, m->hold[h].id,
					 "结案", &row, &m->f->err),
			0);
		zong__hold__free_unpacked(row, NULL);
		m->hold[h].lifted = true;
	}
}

/* Mostly what may go, sometimes with something among it that may not. */
static void step_propose(struct model *m)
{
	const char *wanted[MATERIALS];
	int index[MATERIALS];
	struct zong_destruction made = {0};
	struct zong_refusals refusals = {0};
	size_t count = 0, refused = 0;
	int by = pick(m, 3);
	int err;

	if (m->lists == LISTS)
		return;
	for (int i = 0; i < m->materials; i++) {
		bool fit = m_goes(m, i) && m->material[i].list < 0;

		if (pick(m, 3) == 0 || (!fit && pick(m, 12)))
			continue;
		refused += !fit;
		index[count] = i;
		wanted[count++] = m->material[i].id;
	}
	err = zong_destruction_propose(
		m->f->archive, &m->who[by], wanted, count, "到期", &made, &refusals, &m->f->err);
	assert_int_equal(err, count == 0 ? ZONG_EINVAL : refused ? ZONG_EUNDUE : 0);
	assert_int_equal(refusals.count, count ? refused : 0);
	m->refused += (int)refused;
	free(refusals.item);
	if (err)
		return;
	assert_int_equal(made.items, count);
	m->list[m->lists].by = by;
	m->list[m->lists].state = 0;
	snprintf(m->list[m->lists].id, ZONG_ID_TEXT, "%s", fixture_id(&made.list->id));
	for (size_t i = 0; i < count; i++)
		m->material[index[i]].list = m->lists;
	m->lists++;
	zong_destruction_release(&made);
}

static void end_list(struct model *m, int l)
{
	m->list[l].state = 2;
	for (int i = 0; i < m->materials; i++)
		if (m->material[i].list == l)
			m->material[i].list = -1;
}

static void step_approve(struct model *m)
{
	struct zong_destruction made = {0};
	int l = m->lists ? pick(m, m->lists) : 0;
	int by = pick(m, 3);
	int err, expected;

	if (m->lists == 0)
		return;
	expected = m->list[l].state != 0 ? ZONG_ELISTSTATE
		   : m->list[l].by == by ? ZONG_ESAMEPERSON
					 : 0;
	err = zong_destruction_approve(
		m->f->archive, &m->who[by], m->list[l].id, &made, &m->f->err);
	assert_int_equal(err, expected);
	zong_destruction_release(&made);
	if (!err)
		m->list[l].state = 1;
}

static void step_execute(struct model *m)
{
	struct zong_destruction made = {0};
	uint32_t destroyed = 0, stayed = 0;
	int l = m->lists ? pick(m, m->lists) : 0;
	int err;

	if (m->lists == 0)
		return;
	err = zong_destruction_execute(
		m->f->archive, &m->who[pick(m, 3)], m->list[l].id, &made, &m->f->err);
	assert_int_equal(err, m->list[l].state == 1 ? 0 : ZONG_ELISTSTATE);
	if (err)
		return;
	for (int i = 0; i < m->materials; i++) {
		if (m->material[i].list != l)
			continue;
		if (m_goes(m, i)) {
			m->material[i].destroyed = true;
			m->collected = false;
			destroyed++;
		} else {
			stayed++;
		}
	}
	assert_int_equal(made.list->destroyed, destroyed);
	assert_int_equal(made.list->stayed, stayed);
	for (size_t i = 0; i < made.items; i++)
		assert_int_not_equal(
			made.item[i]->state, ZONG__DESTRUCTION_ITEM_STATE__DESTRUCTION_LISTED);
	m->destroyed += (int)destroyed;
	m->stayed += (int)stayed;
	zong_destruction_release(&made);
	end_list(m, l);
}

static void step_cancel(struct model *m)
{
	struct zong_destruction made = {0};
	int l = m->lists ? pick(m, m->lists) : 0;
	int err;

	if (m->lists == 0)
		return;
	err = zong_destruction_cancel(
		m->f->archive, &m->who[0], m->list[l].id, "重新鉴定", &made, &m->f->err);
	assert_int_equal(err, m->list[l].state == 2 ? ZONG_ELISTSTATE : 0);
	zong_destruction_release(&made);
	if (!err)
		end_list(m, l);
}

static void step_collect(struct model *m)
{
	assert_int_equal(
		zong_collect_run(m->f->archive->store, ZONG_COLLECT_LOOSE, NULL, NULL, NULL), 0);
	m->collected = true;
}

static void step_time(struct model *m)
{
	m->today += pick(m, 700);
	m->f->archive->today = m->today;
}

/* ---- both agree ---- */

static void check_counts(struct model *m)
{
	struct zong_store_stats stats;
	unsigned sheets = 0;
	uint64_t materials = 0, files = 0, pages = 0, bytes = 0, rasters = 0;

	for (int i = 0; i < m->materials; i++) {
		const struct m_material *material = &m->material[i];
		bool first = true;

		if (material->destroyed)
			continue;
		for (int j = 0; j < i; j++)
			first = first && (m->material[j].destroyed ||
						 m->material[j].sheets != material->sheets);
		materials++;
		files += first;
		pages += material->pages;
		bytes += material->bytes.len;
		sheets |= material->sheets;
	}
	for (int s = 0; s < SHEETS; s++)
		rasters += sheets >> s & 1;
	assert_int_equal(fixture_counter(m->f, ZONG_COUNT_MATERIALS), materials);
	assert_int_equal(fixture_counter(m->f, ZONG_COUNT_FILES), files);
	assert_int_equal(fixture_counter(m->f, ZONG_COUNT_PAGES), pages);
	assert_int_equal(fixture_counter(m->f, ZONG_COUNT_BYTES_IN), bytes);
	/* "1 0 obj", "<<...>>", "stream", "endstream" stand on all of them */
	assert_int_equal(fixture_counter(m->f, ZONG_COUNT_RASTERS), materials ? rasters + 4 : 0);
	if (!m->collected)
		return;
	zong_store_stats(m->f->archive->store, &stats);
	assert_int_equal(stats.segments, rasters);
}

static void check_material(struct model *m, int i)
{
	struct fixture *f = m->f;
	struct m_material *material = &m->material[i];
	struct zong_verdict verdict;
	uint8_t *read;
	size_t n = 0;
	int err;

	zong_row_cleanup(&f->material);
	f->material = NULL;
	zong_bytes_close(f->bytes);
	f->bytes = NULL;
	assert_int_equal(zong_retention_of(f->archive, &f->archivist, material->id, &f->material,
				 &verdict, &f->err),
		0);
	assert_int_equal(verdict.state == ZONG_KEPT_DUE, m_goes(m, i));
	assert_int_equal(verdict.state == ZONG_KEPT_GONE, material->destroyed);
	err = zong_material_bytes(f->archive, &f->archivist, material->id, &f->bytes, &f->err);
	assert_int_equal(err, material->destroyed ? ZONG_EDESTROYED : 0);
	if (err)
		return;
	read = malloc(material->bytes.len + 1);
	assert_non_null(read);
	err = zong_bytes_read(f->bytes, 0, read, material->bytes.len + 1, &n);
	if (n != material->bytes.len || memcmp(read, zong_buf_str(&material->bytes), n) != 0)
		err = ZONG_ECORRUPT;
	free(read);
	assert_int_equal(err, 0);
}

static void check_store(struct model *m)
{
	uint64_t files, broken;

	assert_int_equal(zong_store_verify(m->f->archive->store, &files, &broken), 0);
	assert_int_equal(broken, 0);
	for (int i = 0; i < m->materials; i++)
		check_material(m, i);
}

static void begin(struct model *m, struct fixture *f, const char *name, unsigned seed)
{
	memset(m, 0, sizeof(*m));
	m->f = f;
	m->seed = seed;
	m->today = zong_day_of(zong_time_now());
	f->archive->today = m->today;
	for (int s = 0; s < SHEETS; s++) {
		snprintf(m->sheet[s], sizeof(m->sheet[s]), "text %s-%d ", name, s);
		for (size_t i = strlen(m->sheet[s]); i < SHEET_BYTES; i++)
			m->sheet[s][i] = (char)('a' + pick(m, 26));
	}
	for (int c = 0; c < CASES; c++) {
		Zong__Case wanted = ZONG__CASE__INIT;
		char *unit[1];
		Zong__Case *row;
		struct zong_warnings warnings;
		bool again;

		snprintf(m->cas[c].no, sizeof(m->cas[c].no), "%s-%d", name, c);
		m->cas[c].kind = pick(m, KINDS);
		m->cas[c].unit = pick(m, UNITS);
		for (int e = 0; e < EVENTS; e++)
			m->cas[c].event[e] = ZONG_DAY_NEVER;
		unit[0] = (char *)(uintptr_t)units[m->cas[c].unit];
		wanted.no = m->cas[c].no;
		wanted.kind = (char *)(uintptr_t)kinds[m->cas[c].kind];
		wanted.units = unit;
		wanted.n_units = 1;
		assert_int_equal(zong_case_open(f->archive, &f->archivist, &wanted, &row, &again,
					 &warnings, &f->err),
			0);
		m->cas[c].opened = zong_day_of(row->opened);
		zong__case__free_unpacked(row, NULL);
		zong_warnings_release(&warnings);
	}
	m->who[0] = f->administrator;
	m->who[1] = f->archivist;
	m->who[2] = f->archivist;
	snprintf(m->who[2].key, sizeof(m->who[2].key), "token:third");
	snprintf(m->who[2].name, sizeof(m->who[2].name), "third");
}

static void random_histories_agree_with_the_model(void **state)
{
	struct fixture *f = *state;
	const char *wished = getenv("ZONG_TEST_STEPS");
	const char *seed = getenv("ZONG_TEST_SEED");
	long steps = wished ? strtol(wished, NULL, 10) : 220;
	static struct model m;

	begin(&m, f, "model", seed ? (unsigned)strtoul(seed, NULL, 10) : 1);
	for (long i = 0; i < steps; i++) {
		switch (pick(&m, 16)) {
		case 0:
		case 1:
		case 2:
		case 3:
			step_add(&m);
			break;
		case 4:
			step_event(&m);
			break;
		case 5:
			step_rule(&m);
			break;
		case 6:
			step_hold(&m);
			break;
		case 7:
			step_lift(&m);
			break;
		case 8:
		case 9:
			step_propose(&m);
			break;
		case 10:
		case 11:
			step_approve(&m);
			break;
		case 12:
		case 13:
			step_execute(&m);
			break;
		case 14:
			if (pick(&m, 4) == 0)
				step_cancel(&m);
			else
				step_collect(&m);
			break;
		default:
			step_time(&m);
			break;
		}
		check_counts(&m);
		if (i % 10 == 9)
			check_store(&m);
	}
	step_collect(&m);
	check_counts(&m);
	check_store(&m);
	for (int i = 0; i < m.materials; i++)
		zong_buf_release(&m.material[i].bytes);
	/* The usual one is no idle history. */
	if (!seed)
		assert_true(m.destroyed > 10 && m.stayed > 0 && m.refused > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(random_histories_agree_with_the_model, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
