/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include <zong/cleanup.h>
#include <zong/code.h>
#include <zong/limits.h>
#include <zong/time.h>
#include <zong/vaults.h>

#include "vault_folder.h"
#include "vault_keys.h"

#define SWEEP_EVERY (10 * ZONG_SECOND)

struct session {
	char key[ZONG_VAULTS_SESSION + 1];
	char member[ZONG_LIMIT_NAME + 1];
	int64_t used;
};

struct vault {
	struct vault *next;
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1];
	struct zong_store *store;
	void *around; /* by the hooks */
	struct session session[ZONG_VAULTS_SESSIONS];
	size_t sessions;
	unsigned int users; /* that have the store now */
};

struct zong_vaults {
	char *archive;
	int64_t idle;
	struct zong_vaults_hooks hooks; /* set before the first is opened */
	pthread_t sweeper;
	bool sweeping; /* it runs; set before others come */
	pthread_mutex_t changing; /* one who changes a file of keys at a time; taken before mutex */
	pthread_mutex_t mutex;	  /* guards what follows */
	pthread_cond_t idle_again;
	pthread_cond_t unused; /* wakes the sweeper */
	bool ending, left;     /* the sweeper is to end; something may be closed */
	struct vault *open;
	bool busy; /* a store is being opened or closed, which is done without the mutex, one at a time */
	char renewing[ZONG_LIMIT_DEPARTMENT_ID + 1]; /* opens for nobody; empty: none */
};

int zong_vaults_new(const char *archive, int64_t idle, struct zong_vaults **ret_vaults)
{
	struct zong_vaults *vaults = calloc(1, sizeof(*vaults));
	pthread_condattr_t monotonic;

	if (!vaults)
		return ZONG_ENOMEM;
	vaults->archive = strdup(archive);
	if (!vaults->archive || sodium_init() < 0) {
		free(vaults->archive);
		free(vaults);
		return ZONG_ENOMEM;
	}
	vaults->idle = idle;
	pthread_mutex_init(&vaults->changing, NULL);
	pthread_mutex_init(&vaults->mutex, NULL);
	pthread_cond_init(&vaults->idle_again, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&vaults->unused, &monotonic);
	pthread_condattr_destroy(&monotonic);
	*ret_vaults = vaults;
	return 0;
}

/* ---- those that are open; under the mutex ---- */

static struct vault *find(const struct zong_vaults *vaults, const char *department)
{
	struct vault *vault = vaults->open;

	while (vault && strcmp(vault->department, department) != 0)
		vault = vault->next;
	return vault;
}

static struct session *find_session(struct vault *vault, const char *key)
{
	size_t i;

	for (i = 0; i < vault->sessions; i++)
		if (strcmp(vault->session[i].key, key) == 0)
			return &vault->session[i];
	return NULL;
}

static void drop_session(struct vault *vault, struct session *session)
{
	*session = vault->session[--vault->sessions];
}

static void close_all(const struct zong_vaults *vaults, struct vault *vault)
{
	struct vault *next;

	for (; vault; vault = next) {
		next = vault->next;
		if (vaults->hooks.closing)
			vaults->hooks.closing(vaults->hooks.ctx, vault->around);
		zong_store_close(vault->store);
		free(vault);
	}
}

/* Takes the mutex, when no store is being opened or closed: one that is, is not to be opened a second time. */
static void enter(struct zong_vaults *vaults)
{
	pthread_mutex_lock(&vaults->mutex);
	while (vaults->busy)
		pthread_cond_wait(&vaults->idle_again, &vaults->mutex);
}

static void end_busy(struct zong_vaults *vaults)
{
	vaults->busy = false;
	pthread_cond_broadcast(&vaults->idle_again);
}

/* Closes what nobody needs any more, and gives the mutex back. */
static void close_unused(struct zong_vaults *vaults)
{
	struct vault **at = &vaults->open, *unused = NULL, *vault;

	while (*at) {
		vault = *at;
		if (vault->sessions > 0 || vault->users > 0) {
			at = &vault->next;
			continue;
		}
		*at = vault->next;
		vault->next = unused;
		unused = vault;
	}
	if (unused) {
		vaults->busy = true;
		pthread_mutex_unlock(&vaults->mutex);
		close_all(vaults, unused);
		pthread_mutex_lock(&vaults->mutex);
		end_busy(vaults);
	}
	pthread_mutex_unlock(&vaults->mutex);
}

/* Has what nobody needs closed, and gives the mutex back. */
static void leave(struct zong_vaults *vaults)
{
	if (!vaults->sweeping) {
		close_unused(vaults);
		return;
	}
	vaults->left = true;
	pthread_cond_signal(&vaults->unused);
	pthread_mutex_unlock(&vaults->mutex);
}

/* False: it is to end. */
static bool wait_left(struct zong_vaults *vaults)
{
	int64_t until = zong_time_monotonic() + SWEEP_EVERY;
	struct timespec at = {.tv_sec = until / ZONG_SECOND, .tv_nsec = until % ZONG_SECOND * 1000};
	bool late = false, ending;

	pthread_mutex_lock(&vaults->mutex);
	while (!vaults->ending && !vaults->left && !late)
		late = pthread_cond_timedwait(&vaults->unused, &vaults->mutex, &at) != 0;
	vaults->left = false;
	ending = vaults->ending;
	pthread_mutex_unlock(&vaults->mutex);
	return !ending;
}

static void *sweep(void *ctx)
{
	struct zong_vaults *vaults = ctx;

	while (wait_left(vaults))
		zong_vaults_sweep(vaults, zong_time_monotonic());
	return NULL;
}

void zong_vaults_hook(struct zong_vaults *vaults, const struct zong_vaults_hooks *hooks)
{
	vaults->hooks = *hooks;
}

int zong_vaults_start(struct zong_vaults *vaults)
{
	if (pthread_create(&vaults->sweeper, NULL, sweep, vaults) != 0)
		return ZONG_ENOMEM;
	vaults->sweeping = true;
	return 0;
}

static void stop(struct zong_vaults *vaults)
{
	if (!vaults->sweeping)
		return;
	pthread_mutex_lock(&vaults->mutex);
	vaults->ending = true;
	pthread_cond_signal(&vaults->unused);
	pthread_mutex_unlock(&vaults->mutex);
	pthread_join(vaults->sweeper, NULL);
}

void zong_vaults_free(struct zong_vaults *vaults)
{
	if (!vaults)
		return;
	stop(vaults);
	close_all(vaults, vaults->open);
	pthread_cond_destroy(&vaults->unused);
	pthread_cond_destroy(&vaults->idle_again);
	pthread_mutex_destroy(&vaults->mutex);
	pthread_mutex_destroy(&vaults->changing);
	free(vaults->archive);
	free(vaults);
}

/* ---- keys ---- */

/* Where there is no such vault: the work that a member's password would have been. */
static int pretend(const char *password)
{
	struct zong_vault_keys *keys;
	struct zong_vault_key *key;
	int r = zong_vault_keys_new(&keys, &key);

	if (r)
		return r;
	/* Refused only for its length, which says nothing of a vault. */
	zong_vault_keys_add_member(keys, key, "nobody",
		strlen(password) < ZONG_VAULT_PASSWORD_LEAST ? "a password in its place" : password,
		NULL, 0, "");
	zong_vault_key_free(key);
	zong_vault_keys_free(keys);
	return ZONG_EKEY;
}

static int open_keys(struct zong_vaults *vaults, const char *department, const char *member,
	const char *password, struct zong_vault_folder *folder, struct zong_vault_keys **ret_keys,
	struct zong_vault_key **ret_key)
{
	struct zong_vault_keys *keys = NULL;
	int r;

	if (zong_department_id_check(department))
		return pretend(password);
	r = zong_vault_folder_init(folder, vaults->archive, department);
	if (r)
		return r;
	r = zong_vault_keys_load(folder->keys, &keys);
	if (r == ZONG_ENOENT)
		r = pretend(password);
	else if (!r)
		r = zong_vault_keys_open(keys, member, password, ret_key);
	if (!r) {
		*ret_keys = keys;
		return 0;
	}
	zong_vault_keys_free(keys);
	zong_vault_folder_release(folder);
	return r;
}

int zong_vaults_create(struct zong_vaults *vaults, const char *department, const char *member,
	const char *password, const struct zong_vault_cost *cost, int64_t now,
	uint8_t ret_sheet[ZONG_VAULT_SHEET])
{
	struct zong_vault_folder folder;
	struct zong_vault_keys *keys;
	struct zong_vault_key *key;
	int r = zong_department_id_check(department);

	if (r)
		return r;
	r = zong_vault_folder_init(&folder, vaults->archive, department);
	if (r)
		return r;
	r = zong_vault_keys_new(&keys, &key);
	if (r) {
		zong_vault_folder_release(&folder);
		return r;
	}
	r = zong_vault_keys_add_member(keys, key, member, password, cost, now, member);
	if (!r)
		r = zong_vault_keys_set_recovery(keys, key, now, member, ret_sheet);
	pthread_mutex_lock(&vaults->changing);
	if (!r)
		r = zong_vault_folder_create(&folder, keys, key);
	pthread_mutex_unlock(&vaults->changing);
	if (r)
		sodium_memzero(ret_sheet, ZONG_VAULT_SHEET);
	zong_vault_key_free(key);
	zong_vault_keys_free(keys);
	zong_vault_folder_release(&folder);
	return r;
}

/* ---- sessions ---- */

static int open_vault(const struct zong_vaults *vaults, const struct zong_vault_folder *folder,
	const struct zong_vault_keys *keys, const struct zong_vault_key *key,
	const char *department, struct vault **ret_vault)
{
	_cleanup_free_ char *dir =
		zong_vault_folder_store(folder, zong_vault_keys_generation(keys));
	struct zong_store_options options = {.key = zong_vault_key_bytes(key)};
	struct vault *vault = calloc(1, sizeof(*vault));
	int r = dir && vault ? zong_store_open(dir, &options, &vault->store, NULL) : ZONG_ENOMEM;

	if (r) {
		free(vault);
		/* The keys say that it is there, and opened. */
		return r == ZONG_ENOENT || r == ZONG_EKEY || r == ZONG_ESEALED ? ZONG_ECORRUPT : r;
	}
	memcpy(vault->department, department, strlen(department));
	if (vaults->hooks.opened)
		r = vaults->hooks.opened(
			vaults->hooks.ctx, department, vault->store, &vault->around);
	if (r) {
		zong_store_close(vault->store);
		free(vault);
		return r;
	}
	*ret_vault = vault;
	return 0;
}

static int add_session(
	struct vault *vault, const char *key, const char *member, int64_t now)
{
	struct session *session = find_session(vault, key);

	if (!session) {
		if (vault->sessions == ZONG_VAULTS_SESSIONS)
			return ZONG_ELIMIT;
		session = &vault->session[vault->sessions++];
		memset(session, 0, sizeof(*session));
		memcpy(session->key, key, strlen(key));
	}
	snprintf(session->member, sizeof(session->member), "%s", member);
	session->used = now;
	return 0;
}

/* Opens it where it is not, for this session. */
static int unlock(struct zong_vaults *vaults, const struct zong_vault_folder *folder,
	const struct zong_vault_keys *keys, const struct zong_vault_key *key,
	const char *department, const char *member, const char *session, int64_t now)
{
	struct vault *vault, *opened = NULL;
	int r = 0;

	enter(vaults);
	vault = find(vaults, department);
	if (strcmp(vaults->renewing, department) == 0) {
		r = ZONG_EBUSY;
	} else if (!vault) {
		vaults->busy = true;
		pthread_mutex_unlock(&vaults->mutex);
		r = open_vault(vaults, folder, keys, key, department, &opened);
		pthread_mutex_lock(&vaults->mutex);
		end_busy(vaults);
		if (!r) {
			vault = opened;
			vault->next = vaults->open;
			vaults->open = vault;
		}
	}
	if (!r)
		r = add_session(vault, session, member, now);
	leave(vaults);
	return r;
}

int zong_vaults_unlock(struct zong_vaults *vaults, const char *department, const char *member,
	const char *password, const char *session, int64_t now)
{
	struct zong_vault_folder folder;
	struct zong_vault_keys *keys;
	struct zong_vault_key *key;
	int r;

	if (!session[0] || strlen(session) > ZONG_VAULTS_SESSION)
		return ZONG_EINVAL;
	r = open_keys(vaults, department, member, password, &folder, &keys, &key);
	if (r)
		return r;
	r = unlock(vaults, &folder, keys, key, department, member, session, now);
	zong_vault_key_free(key);
	zong_vault_keys_free(keys);
	zong_vault_folder_release(&folder);
	return r;
}

int zong_vaults_unlock_service(struct zong_vaults *vaults, const char *department,
	const char *service, const uint8_t secret[ZONG_VAULT_SECRET], const char *session,
	int64_t now)
{
	struct zong_vault_folder folder;
	struct zong_vault_keys *keys = NULL;
	struct zong_vault_key *key = NULL;
	int r;

	if (!session[0] || strlen(session) > ZONG_VAULTS_SESSION)
		return ZONG_EINVAL;
	if (zong_department_id_check(department))
		return ZONG_EKEY;
	r = zong_vault_folder_init(&folder, vaults->archive, department);
	if (r)
		return r;
	r = zong_vault_keys_load(folder.keys, &keys);
	if (r == ZONG_ENOENT)
		r = ZONG_EKEY;
	else if (!r)
		r = zong_vault_keys_open_service(keys, service, secret, &key);
	if (!r)
		r = unlock(vaults, &folder, keys, key, department, service, session, now);
	zong_vault_key_free(key);
	zong_vault_keys_free(keys);
	zong_vault_folder_release(&folder);
	return r;
}

int zong_vaults_use(struct zong_vaults *vaults, const char *department, const char *session,
	int64_t now, struct zong_vaults_use *ret_use)
{
	struct session *found;
	struct vault *vault;
	int r = ZONG_ESEALED;

	pthread_mutex_lock(&vaults->mutex);
	vault = find(vaults, department);
	found = vault ? find_session(vault, session) : NULL;
	if (found && now - found->used <= vaults->idle) {
		found->used = now;
		vault->users++;
		ret_use->store = vault->store;
		ret_use->around = vault->around;
		memcpy(ret_use->member, found->member, sizeof(ret_use->member));
		r = 0;
	}
	pthread_mutex_unlock(&vaults->mutex);
	return r;
}

void zong_vaults_done(struct zong_vaults *vaults, const struct zong_vaults_use *use)
{
	struct vault *vault;

	pthread_mutex_lock(&vaults->mutex);
	for (vault = vaults->open; vault; vault = vault->next)
		if (vault->store == use->store)
			vault->users--;
	while (!vaults->sweeping && vaults->busy) /* as in enter() */
		pthread_cond_wait(&vaults->idle_again, &vaults->mutex);
	leave(vaults);
}

void zong_vaults_leave(struct zong_vaults *vaults, const char *department, const char *session)
{
	struct session *found;
	struct vault *vault;

	enter(vaults);
	for (vault = vaults->open; vault; vault = vault->next) {
		found = find_session(vault, session);
		if (found && (!department || strcmp(department, vault->department) == 0))
			drop_session(vault, found);
	}
	leave(vaults);
}

void zong_vaults_put_out(struct zong_vaults *vaults, const char *department, const char *member)
{
	struct vault *vault;

	enter(vaults);
	vault = find(vaults, department);
	for (size_t i = vault ? vault->sessions : 0; i > 0; i--)
		if (strcmp(vault->session[i - 1].member, member) == 0)
			drop_session(vault, &vault->session[i - 1]);
	leave(vaults);
}

void zong_vaults_sweep(struct zong_vaults *vaults, int64_t now)
{
	struct vault *vault;
	size_t i;

	enter(vaults);
	for (vault = vaults->open; vault; vault = vault->next)
		for (i = vault->sessions; i > 0; i--)
			if (now - vault->session[i - 1].used > vaults->idle)
				drop_session(vault, &vault->session[i - 1]);
	close_unused(vaults);
}

size_t zong_vaults_open(struct zong_vaults *vaults)
{
	const struct vault *vault;
	size_t count = 0;

	pthread_mutex_lock(&vaults->mutex);
	for (vault = vaults->open; vault; vault = vault->next)
		count++;
	pthread_mutex_unlock(&vaults->mutex);
	return count;
}

/* ---- changing keys ---- */

/* What @change makes of the keys is saved; a renewal that was cut short, whose keys are those of before, begins anew. */
static int change_and_save(const struct zong_vault_folder *folder, struct zong_vault_keys *keys,
	const struct zong_vault_key *key, zong_vaults_change *change, void *ctx)
{
	int r = change(keys, key, ctx);

	if (!r && unlink(folder->next) != 0 && errno != ENOENT)
		r = zong_error_from_errno(errno);
	return r ? r : zong_vault_keys_save(keys, key, folder->keys);
}

int zong_vaults_change_keys(struct zong_vaults *vaults, const char *department, const char *member,
	const char *password, zong_vaults_change *change, void *ctx)
{
	struct zong_vault_folder folder;
	struct zong_vault_keys *keys;
	struct zong_vault_key *key;
	int r;

	pthread_mutex_lock(&vaults->changing);
	r = open_keys(vaults, department, member, password, &folder, &keys, &key);
	if (!r) {
		r = change_and_save(&folder, keys, key, change, ctx);
		zong_vault_key_free(key);
		zong_vault_keys_free(keys);
		zong_vault_folder_release(&folder);
	}
	pthread_mutex_unlock(&vaults->changing);
	return r;
}

int zong_vaults_recover(struct zong_vaults *vaults, const char *department,
	const uint8_t sheet[ZONG_VAULT_SHEET], const uint8_t *other, zong_vaults_change *change,
	void *ctx)
{
	struct zong_vault_folder folder;
	struct zong_vault_keys *keys = NULL;
	struct zong_vault_key *key = NULL;
	int r;

	if (zong_department_id_check(department))
		return ZONG_EKEY;
	r = zong_vault_folder_init(&folder, vaults->archive, department);
	if (r)
		return r;
	pthread_mutex_lock(&vaults->changing);
	r = zong_vault_keys_load(folder.keys, &keys);
	if (r == ZONG_ENOENT)
		r = ZONG_EKEY;
	else if (!r && other)
		r = zong_vault_keys_open_officers(keys, sheet, other, &key);
	else if (!r)
		r = zong_vault_keys_open_recovery(keys, sheet, &key);
	if (!r)
		r = change_and_save(&folder, keys, key, change, ctx);
	pthread_mutex_unlock(&vaults->changing);
	zong_vault_key_free(key);
	zong_vault_keys_free(keys);
	zong_vault_folder_release(&folder);
	return r;
}

/* ---- a new key ---- */

/* The keys of the renewal that was cut short, or new ones, saved. */
static int next_keys(const struct zong_vault_folder *folder, uint32_t generation,
	const char *member, const char *password, struct zong_vault_keys **ret_next,
	struct zong_vault_key **ret_key)
{
	struct zong_vault_keys *next = NULL;
	struct zong_vault_key *key;
	int r = zong_vault_keys_load(folder->next, &next);

	if (!r && zong_vault_keys_generation(next) == generation + 1)
		r = zong_vault_keys_open(next, member, password, &key);
	else if (!r)
		r = ZONG_EKEY;
	if (r == ZONG_ENOENT || r == ZONG_EKEY || r == ZONG_ECORRUPT) {
		zong_vault_keys_free(next);
		next = NULL;
		r = zong_vault_keys_load(folder->keys, &next);
		if (!r)
			r = zong_vault_keys_renew(next, &key);
		if (!r) {
			r = zong_vault_keys_save(next, key, folder->next);
			if (r)
				zong_vault_key_free(key);
		}
	}
	if (r) {
		zong_vault_keys_free(next);
		return r;
	}
	*ret_next = next;
	*ret_key = key;
	return 0;
}

static int renew(const struct zong_vault_folder *folder, const struct zong_vault_keys *keys,
	const struct zong_vault_key *key, const char *member, const char *password,
	zong_store_progress *progress, void *ctx)
{
	struct zong_vault_keys *next;
	struct zong_vault_key *next_key;
	int r = next_keys(
		folder, zong_vault_keys_generation(keys), member, password, &next, &next_key);

	if (r)
		return r;
	r = zong_vault_folder_renew(folder, keys, key, next, next_key, progress, ctx);
	zong_vault_key_free(next_key);
	zong_vault_keys_free(next);
	return r;
}

/* ZONG_EBUSY: somebody has it open. */
static int shut_out(struct zong_vaults *vaults, const char *department)
{
	int r = 0;

	enter(vaults);
	close_unused(vaults); /* one that nobody needs stands in nobody's way */
	enter(vaults);
	if (find(vaults, department))
		r = ZONG_EBUSY;
	else
		memcpy(vaults->renewing, department, strlen(department) + 1);
	pthread_mutex_unlock(&vaults->mutex);
	return r;
}

static void let_in(struct zong_vaults *vaults)
{
	pthread_mutex_lock(&vaults->mutex);
	vaults->renewing[0] = 0;
	pthread_mutex_unlock(&vaults->mutex);
}

int zong_vaults_renew(struct zong_vaults *vaults, const char *department, const char *member,
	const char *password, zong_store_progress *progress, void *ctx)
{
	struct zong_vault_folder folder;
	struct zong_vault_keys *keys;
	struct zong_vault_key *key;
	int r;

	pthread_mutex_lock(&vaults->changing);
	r = open_keys(vaults, department, member, password, &folder, &keys, &key);
	if (!r) {
		r = shut_out(vaults, department);
		if (!r) {
			r = renew(&folder, keys, key, member, password, progress, ctx);
			let_in(vaults);
		}
		zong_vault_key_free(key);
		zong_vault_keys_free(keys);
		zong_vault_folder_release(&folder);
	}
	pthread_mutex_unlock(&vaults->changing);
	return r;
}
