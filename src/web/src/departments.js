// SPDX-License-Identifier: GPL-3.0-or-later
// The departments and their names, asked for once.
import { reactive } from 'vue';
import { api } from './api';
import { may } from './session';

export const departments = reactive({ items: [], asked: null });

/** Asks the server unless it was asked before; again = true asks anew. */
export function loadDepartments(again = false) {
	if (!may('department.list'))
		return Promise.resolve([]);
	if (!departments.asked || again) {
		departments.asked = api.departments().then((list) => {
			departments.items = list.items;
			return list.items;
		}).catch((error) => {
			departments.asked = null;
			throw error;
		});
	}
	return departments.asked;
}

export function forgetDepartments() {
	departments.items = [];
	departments.asked = null;
}

/** A department's name, or its id while the name is not known. */
export function departmentName(id) {
	return departments.items.find((d) => d.id === id)?.name || id;
}
