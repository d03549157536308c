/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "property.h"

static void not_looked(struct zong_property_run *run, const struct zong_property_paper *paper,
	const char *why, const char *detail)
{
	zong_property_fault(run, ZONG_PROPERTY_VIRUS,
		&(struct zong_property_fault){.object = paper->object,
			.name = zong_property_paper_name(paper),
			.element = "file",
			.why = why,
			.detail = detail,
			.not_run = true});
}

static void tell(struct zong_property_run *run, const struct zong_property_paper *paper,
	enum zong_scanner_answer answer, int status)
{
	char detail[32];

	zong_property_looked(run, ZONG_PROPERTY_VIRUS, 1);
	snprintf(detail, sizeof(detail), "%s %d", status < 0 ? "signal" : "exit",
		status < 0 ? -status : status);
	switch (answer) {
	case ZONG_SCANNER_CLEAN:
		break;
	case ZONG_SCANNER_INFECTED:
		zong_property_fault_of(
			run, ZONG_PROPERTY_VIRUS, paper, "file", "virus-found", NULL);
		break;
	case ZONG_SCANNER_TIMEOUT:
		not_looked(run, paper, "scanner-timeout", NULL);
		break;
	case ZONG_SCANNER_MISSING:
		not_looked(run, paper, "scanner-missing", NULL);
		break;
	case ZONG_SCANNER_FAILED:
		not_looked(run, paper, "scanner-failed", detail);
		break;
	}
}

/* A file of its own, since who holds one can come to write into it. */
static int copy(struct zong_property_run *run, const struct zong_property_paper *paper, int *ret_fd)
{
	_cleanup_close_ int fd = -1;
	struct zong_reader *reader;
	int err = zong_file_spool(run->archive->spool, &fd);

	if (!err)
		err = zong_reader_open(run->archive->store, &paper->digest, &reader);
	if (err)
		return err;
	err = zong_reader_copy(reader, fd);
	zong_reader_close(reader);
	if (!err)
		*ret_fd = take_fd(fd);
	return err;
}

static int scan(struct zong_property_run *run, const struct zong_property_paper *paper)
{
	enum zong_scanner_answer answer = ZONG_SCANNER_FAILED;
	_cleanup_close_ int fd = -1;
	int status = 0;
	int err = copy(run, paper, &fd);

	if (!err)
		err = zong_scanner_run(
			&run->archive->property.scanner, fd, run->stop, &answer, &status);
	if (err == ZONG_ECANCELLED || err == ZONG_ENOMEM)
		return err;
	if (err)
		not_looked(run, paper, "unreadable", zong_error_slug(err));
	else
		tell(run, paper, answer, status);
	return 0;
}

void zong_property_look_virus(struct zong_property_run *run)
{
	const struct zong_scanner *scanner = &run->archive->property.scanner;
	int err = 0;

	if (!zong_scanner_ready(scanner)) {
		const char *why = run->archive->common ? "in-vault"
				  : scanner->word[0]   ? "scanner-missing"
						       : "no-scanner";

		zong_property_say(run, ZONG_PROPERTY_SCANNER, why, scanner->word[0]);
		zong_property_say(run, ZONG_PROPERTY_VIRUS, why, scanner->word[0]);
		return;
	}
	zong_property_looked(run, ZONG_PROPERTY_SCANNER, 1);
	zong_property_say(run, ZONG_PROPERTY_SCANNER, "", scanner->word[0]);
	for (size_t i = 0; i < run->papers && !err; i++) {
		const struct zong_property_paper *paper = &run->paper[i];

		if (run->paper[paper->same].read)
			not_looked(run, paper, "content-damaged", NULL);
		else if (paper->same == i)
			err = scan(run, paper);
	}
	if (err && !run->err)
		run->err = err;
}
