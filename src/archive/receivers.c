/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receivers.h"

#include <stdlib.h>
#include <string.h>

#include "row.h"

static bool has(char *const *list, size_t count, const char *department)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], department) == 0)
			return true;
	return false;
}

static void drop(char **list, size_t *count, const char *department)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		if (strcmp(list[i], department) == 0)
			free(list[i]);
		else
			list[kept++] = list[i];
	}
	*count = kept;
}

bool zong_receivers_have(const Zong__Material *material, const char *department)
{
	return has(material->receivers, material->n_receivers, department);
}

bool zong_receivers_by_catalogue(const Zong__Material *material, const char *department)
{
	return has(material->by_catalogue, material->n_by_catalogue, department);
}

int zong_receivers_add(Zong__Material *material, const char *department, bool by_catalogue)
{
	int err;

	if (zong_receivers_have(material, department))
		return 0;
	err = zong_row_append(&material->receivers, &material->n_receivers, department);
	return err || !by_catalogue ? err
				    : zong_row_append(&material->by_catalogue,
					      &material->n_by_catalogue, department);
}

bool zong_receivers_claim(Zong__Material *material, const char *department)
{
	size_t before = material->n_by_catalogue;

	drop(material->by_catalogue, &material->n_by_catalogue, department);
	return material->n_by_catalogue < before;
}

void zong_receivers_drop(Zong__Material *material, const char *department)
{
	drop(material->receivers, &material->n_receivers, department);
	drop(material->by_catalogue, &material->n_by_catalogue, department);
}

void zong_receivers_forget_catalogue(Zong__Material *material)
{
	for (size_t i = 0; i < material->n_by_catalogue; i++) {
		drop(material->receivers, &material->n_receivers, material->by_catalogue[i]);
		free(material->by_catalogue[i]);
	}
	material->n_by_catalogue = 0;
}
