/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "mirror.h"
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/digest.h>
#include <zong/error.h>
#include <zong/file.h>
#include <zong/utf8.h>

#define NAME_MAX_BYTES                                                                             \
	120 /* of a title in a file's name: with the rest it stays below 255 everywhere */
#define LIST_MAX (256 << 20)
#define MANIFEST_MAX (64 << 20)

/* ---- names ---- */

static int complain(const char *path, const char *why)
{
	fprintf(stderr, "zong: %s: %s\n", path, why);
	return CLI_FAILED;
}

static int complain_code(const char *path, int code)
{
	return complain(path, zong_error_slug(code));
}

/* "DIR/a/b", to be freed. */
static char *join(const struct mirror *mirror, const char *path)
{
	char *whole;

	return asprintf(&whole, "%s/%s", mirror->name, path) < 0 ? NULL : whole;
}

/* Is the character none that some system gives a meaning in a file's name? */
static bool plain(uint32_t c)
{
	return c >= 0x20 && c != 0x7f && (c > 0x7f || !strchr("/\\:*?\"<>|", (int)c));
}

/* A name that came from elsewhere as one part of a path: nothing in it leads anywhere. */
static char *safe(const char *name)
{
	size_t len = zong_utf8_cut(name, strlen(name), NAME_MAX_BYTES), pos = 0;
	char *out = malloc(len + 2);
	size_t used = 0;

	if (!out)
		return NULL;
	while (pos < len) {
		size_t from = pos;
		uint32_t c = zong_utf8_next(name, len, &pos);

		if (!plain(c) || (c == '.' && used == 0)) {
			out[used++] = '_';
			continue;
		}
		memcpy(out + used, name + from, pos - from);
		used += pos - from;
	}
	if (used == 0)
		out[used++] = '_';
	out[used] = '\0';
	return out;
}

static const char *ending(const char *media)
{
	static const struct {
		const char *media, *ending;
	} known[] = {
		{"image/tiff", "tif"},
		{"application/pdf", "pdf"},
		{"image/jpeg", "jpg"},
		{"image/png", "png"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].media, media) == 0)
			return known[i].ending;
	return "bin";
}

static int make_dir(const struct mirror *mirror, const char *path)
{
	_cleanup_free_ char *whole = join(mirror, path);
	int code = whole ? zong_file_make_dir(whole, 0700) : ZONG_ENOMEM;

	return code && code != ZONG_EEXIST ? complain_code(path, code) : CLI_OK;
}

char *mirror_path(struct mirror *mirror, const json_t *event)
{
	const json_t *manifest = json_object_get(event, "manifest");
	_cleanup_free_ char *dir = safe(field_str(event, "case"));
	_cleanup_free_ char *title = safe(field_str(manifest, "title"));
	const char *id = field_str(event, "delivery");
	size_t len = strlen(id);
	char *path;

	if (!dir || !title || make_dir(mirror, dir))
		return NULL;
	if (asprintf(&path, "%s/%s-v%" PRId64 "-%s.%s", dir, title, field_int(event, "version"),
		    len > 6 ? id + len - 6 : id, ending(field_str(manifest, "media"))) < 0)
		return NULL;
	return path;
}

char *mirror_part(const struct mirror *mirror, const char *path)
{
	char *part;

	return asprintf(&part, "%s/%s.part", mirror->name, path) < 0 ? NULL : part;
}

static int sync_dir_of(const char *whole)
{
	_cleanup_free_ char *dir = strdup(whole);
	char *slash = dir ? strrchr(dir, '/') : NULL;

	if (!slash)
		return ZONG_ENOMEM;
	*slash = '\0';
	return zong_file_sync_dir(dir);
}

int mirror_place(struct mirror *mirror, int fd, const char *part, const char *path)
{
	_cleanup_free_ char *whole = join(mirror, path);

	if (!whole || fsync(fd) || rename(part, whole))
		return complain(path, strerror(errno));
	return sync_dir_of(whole) ? complain(path, strerror(errno)) : CLI_OK;
}

/* ---- the list ---- */

static int apply(struct mirror *mirror, char *line)
{
	char *day, *delivery, *digest, *path;

	if (line[0] == '-' && line[1] == ' ') {
		json_object_del(mirror->have, line + 2);
		return 0;
	}
	if (line[0] != '+' || line[1] != ' ')
		return -1;
	day = line + 2;
	delivery = strchr(day, ' ');
	digest = delivery ? strchr(delivery + 1, ' ') : NULL;
	path = digest ? strchr(digest + 1, ' ') : NULL;
	if (!path)
		return -1;
	*delivery++ = *digest++ = *path++ = '\0';
	return json_object_set_new(mirror->have, delivery,
		json_pack("{s:s, s:s, s:s}", "day", day, "digest", digest, "path", path));
}

/* A last line without its end was being written when the power went: what it says did not happen, and is cut off. */
static int read_list(struct mirror *mirror, const char *file)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(LIST_MAX);
	char *at, *end, *last;
	int code = zong_file_read(file, &text);

	if (code)
		return complain_code(file, code);
	at = text.data ? (char *)text.data : NULL;
	last = at ? at + text.len : NULL;
	while (at && at < last && (end = memchr(at, '\n', (size_t)(last - at))) != NULL) {
		*end = '\0';
		if (apply(mirror, at))
			return complain(file, T("a line that is none", "有一行无法识别"));
		at = end + 1;
	}
	if (at && at < last && ftruncate(mirror->log, (off_t)(text.len - (size_t)(last - at))))
		return complain(file, strerror(errno));
	return CLI_OK;
}

static int append(struct mirror *mirror, const char *line)
{
	if (zong_file_write_all(mirror->log, line, strlen(line)) || fsync(mirror->log))
		return complain(".zong/have", strerror(errno));
	return CLI_OK;
}

static int note(struct mirror *mirror, const char *day, const char *delivery, const char *digest,
	const char *path)
{
	char *line;
	int failed;

	if (asprintf(&line, "+ %s %s %s %s\n", day, delivery, digest, path) < 0)
		return CLI_FAILED;
	failed = append(mirror, line);
	free(line);
	json_object_set_new(mirror->have, delivery,
		json_pack("{s:s, s:s, s:s}", "day", day, "digest", digest, "path", path));
	return failed;
}

bool mirror_has(const struct mirror *mirror, const char *delivery)
{
	return json_object_get(mirror->have, delivery) != NULL;
}

const char *mirror_where(const struct mirror *mirror, const char *delivery)
{
	return field_str(json_object_get(mirror->have, delivery), "path");
}

/* ---- opening ---- */

static int check_department(struct mirror *mirror, const char *department)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(256);
	_cleanup_free_ char *file = join(mirror, ".zong/department");
	int code;

	if (!file)
		return CLI_FAILED;
	if (access(file, F_OK) == 0) {
		code = zong_file_read(file, &text);
		if (code)
			return complain_code(file, code);
		if (strcmp(zong_buf_str(&text), department) == 0)
			return CLI_OK;
		fprintf(stderr,
			T("zong: %s is the folder of department %s\n",
				"zong：%s 是部门 %s 的文件夹\n"),
			mirror->name, zong_buf_str(&text));
		return CLI_FAILED;
	}
	code = zong_file_replace(file, department, strlen(department), 0600);
	return code ? complain_code(file, code) : CLI_OK;
}

static int read_cursor(struct mirror *mirror)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(64);
	_cleanup_free_ char *file = join(mirror, ".zong/cursor");
	char *end;
	int code;

	if (!file)
		return CLI_FAILED;
	if (access(file, F_OK))
		return CLI_OK;
	code = zong_file_read(file, &text);
	if (code)
		return complain_code(file, code);
	mirror->cursor = strtoull(zong_buf_str(&text), &end, 10);
	return *end == '\n' || !*end ? CLI_OK : complain(file, T("no number", "不是数字"));
}

int mirror_open(struct mirror *mirror, const char *dir, const char *department)
{
	_cleanup_free_ char *lock = NULL;
	_cleanup_free_ char *list = NULL;
	int failed;

	mirror->name = dir;
	mirror->dir = mirror->lock = mirror->log = -1;
	mirror->have = json_object();
	if (mkdir(dir, 0700) && errno != EEXIST)
		return complain(dir, strerror(errno));
	failed = make_dir(mirror, ".zong");
	lock = join(mirror, ".zong/lock");
	list = join(mirror, ".zong/have");
	if (failed || !lock || !list || !mirror->have)
		return CLI_FAILED;
	mirror->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (mirror->lock < 0)
		return complain(lock, strerror(errno));
	if (flock(mirror->lock, LOCK_EX | LOCK_NB))
		return complain(dir, T("another zong is working on this folder",
					     "另一个 zong 正在使用这个文件夹"));
	failed = check_department(mirror, department);
	if (failed)
		return failed;
	mirror->log = open(list, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (mirror->log < 0 || sync_dir_of(list))
		return complain(list, strerror(errno));
	failed = read_list(mirror, list);
	return failed ? failed : read_cursor(mirror);
}

void mirror_close(struct mirror *mirror)
{
	json_decref(mirror->have);
	if (mirror->log >= 0)
		close(mirror->log);
	if (mirror->lock >= 0)
		close(mirror->lock);
	mirror->have = NULL;
	mirror->log = mirror->lock = -1;
}

int mirror_cursor(struct mirror *mirror, uint64_t cursor)
{
	_cleanup_free_ char *file = join(mirror, ".zong/cursor");
	char text[32];
	int code;

	if (cursor == mirror->cursor)
		return CLI_OK;
	snprintf(text, sizeof(text), "%" PRIu64 "\n", cursor);
	code = file ? zong_file_replace(file, text, strlen(text), 0600) : ZONG_ENOMEM;
	if (code)
		return complain_code(".zong/cursor", code);
	mirror->cursor = cursor;
	return CLI_OK;
}

/* ---- manifests ---- */

static json_t *read_manifest(const char *file, const char *case_no)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(MANIFEST_MAX);
	json_t *json = NULL;

	if (access(file, F_OK) == 0 && zong_file_read(file, &text) == 0)
		json = json_loadb(zong_buf_str(&text), text.len, 0, NULL);
	if (!json_is_object(json) || !json_is_array(json_object_get(json, "items"))) {
		json_decref(json);
		json = json_pack("{s:s, s:[]}", "case", case_no, "items");
	}
	return json;
}

/* @item takes the place of that with the same delivery, or comes behind all; NULL: only takes it away. */
static int put_item(json_t *items, const char *delivery, json_t *item)
{
	size_t count = json_array_size(items);

	for (size_t i = 0; i < count; i++)
		if (strcmp(field_str(json_array_get(items, i), "delivery"), delivery) == 0)
			return item ? json_array_set_new(items, i, item)
				    : json_array_remove(items, i);
	return item ? json_array_append_new(items, item) : 0;
}

static int change_manifest(struct mirror *mirror, const json_t *event, json_t *item)
{
	_cleanup_free_ char *dir = safe(field_str(event, "case"));
	_cleanup_free_ char *path = NULL;
	_cleanup_free_ char *file = NULL;
	_cleanup_free_ char *text = NULL;
	json_t *json;
	int code = ZONG_ENOMEM;

	if (!dir || asprintf(&path, "%s/manifest.json", dir) < 0 || make_dir(mirror, dir)) {
		json_decref(item);
		return CLI_FAILED;
	}
	file = join(mirror, path);
	json = file ? read_manifest(file, field_str(event, "case")) : NULL;
	if (json &&
		put_item(json_object_get(json, "items"), field_str(event, "delivery"), item) == 0)
		text = json_dumps(json, JSON_INDENT(1));
	json_decref(json);
	if (text)
		code = zong_file_replace(file, text, strlen(text), 0600);
	return code ? complain_code(path, code) : CLI_OK;
}

static json_t *item_of(const json_t *event, const char *path)
{
	json_t *item = json_deep_copy(json_object_get(event, "manifest"));
	static const char *const members[] = {"delivery", "material", "version", "time"};

	for (size_t i = 0; item && i < sizeof(members) / sizeof(members[0]); i++)
		json_object_set(item, members[i], json_object_get(event, members[i]));
	if (item)
		json_object_set_new(item, "path", json_string(path));
	return item;
}

int mirror_add(struct mirror *mirror, const json_t *event, const char *path)
{
	char day[11];

	snprintf(day, sizeof(day), "%.10s", field_str(event, "day"));
	if (change_manifest(mirror, event, item_of(event, path)))
		return CLI_FAILED;
	return note(mirror, day, field_str(event, "delivery"),
		field_str(json_object_get(event, "manifest"), "digest"), path);
}

/* What is not here has never been: nothing to do. */
int mirror_supersede(struct mirror *mirror, const json_t *notice)
{
	const char *delivery = field_str(notice, "delivery");
	const json_t *had = json_object_get(mirror->have, delivery);
	_cleanup_free_ char *dir = safe(field_str(notice, "case"));
	_cleanup_free_ char *old_dir = NULL;
	_cleanup_free_ char *moved = NULL;
	_cleanup_free_ char *from = NULL;
	_cleanup_free_ char *to = NULL;
	const char *path = field_str(had, "path");
	const char *slash = strrchr(path, '/');
	char day[16], digest[80];

	if (!had || !slash || !dir || strstr(path, "/superseded/"))
		return CLI_OK;
	if (asprintf(&old_dir, "%s/superseded", dir) < 0 || make_dir(mirror, old_dir) ||
		asprintf(&moved, "%s%s", old_dir, slash) < 0)
		return CLI_FAILED;
	from = join(mirror, path);
	to = join(mirror, moved);
	if (!from || !to || (rename(from, to) && errno != ENOENT) || sync_dir_of(to) ||
		sync_dir_of(from))
		return complain(path, strerror(errno));
	if (change_manifest(mirror, notice, item_of(notice, moved)))
		return CLI_FAILED;
	snprintf(day, sizeof(day), "%s", field_str(had, "day"));
	snprintf(digest, sizeof(digest), "%s", field_str(had, "digest"));
	return note(mirror, day, delivery, digest, moved);
}

int mirror_remove(struct mirror *mirror, const json_t *notice)
{
	const char *delivery = field_str(notice, "delivery");
	const char *path = mirror_where(mirror, delivery);
	_cleanup_free_ char *whole = NULL;
	char line[80];

	if (!*path)
		return CLI_OK;
	whole = join(mirror, path);
	if (!whole || (unlink(whole) && errno != ENOENT) || sync_dir_of(whole))
		return complain(path, strerror(errno));
	if (change_manifest(mirror, notice, NULL))
		return CLI_FAILED;
	snprintf(line, sizeof(line), "- %s\n", delivery);
	if (append(mirror, line))
		return CLI_FAILED;
	json_object_del(mirror->have, delivery);
	return CLI_OK;
}

/* ---- a day ---- */

static bool digest_of(
	const struct mirror *mirror, const char *path, char ret_text[ZONG_DIGEST_TEXT])
{
	_cleanup_free_ char *whole = join(mirror, path);
	struct zong_digest digest;
	int fd = whole ? open(whole, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	bool read = fd >= 0 && zong_digest_of_fd(fd, &digest) == 0;

	if (fd >= 0)
		close(fd);
	if (read)
		zong_digest_format(&digest, ret_text);
	else
		complain(path, strerror(errno));
	return read;
}

json_t *mirror_day(struct mirror *mirror, const char *day)
{
	json_t *items = json_array(), *item;
	const char *delivery;

	json_object_foreach(mirror->have, delivery, item)
	{
		char digest[ZONG_DIGEST_TEXT];

		if (strcmp(field_str(item, "day"), day) == 0 &&
			digest_of(mirror, field_str(item, "path"), digest))
			json_array_append_new(items,
				json_pack("{s:s, s:s}", "delivery", delivery, "digest", digest));
	}
	return json_pack("{s:o}", "items", items);
}
