// SPDX-License-Identifier: GPL-3.0-or-later
// Who is signed in. The token lives in this tab only and is forgotten with it.
import { reactive } from 'vue';

/** Verbs of which one is enough to have something to administer. */
export const ADMINISTRATION = ['status.read', 'department.manage', 'token.manage', 'user.manage', 'job.read', 'log.read'];

const TOKEN = 'zong.token';
const PURPOSE = 'zong.purpose';

export const session = reactive({
	token: sessionStorage.getItem(TOKEN) || '',
	who: null,
	purpose: sessionStorage.getItem(PURPOSE) || '',
	/** Why the sign-in page is shown: '', 'expired' or 'left'. */
	reason: '',
});

const farewells = [];

/** Has a function called, with the reason, when the session is over. */
export function onSignedOut(callback) {
	farewells.push(callback);
}

export function signedIn(token, who) {
	sessionStorage.setItem(TOKEN, token);
	session.token = token;
	session.who = who;
	session.reason = '';
}

export function signedOut(reason) {
	sessionStorage.removeItem(TOKEN);
	sessionStorage.removeItem(PURPOSE);
	session.token = '';
	session.who = null;
	session.purpose = '';
	session.reason = reason;
	farewells.forEach((callback) => callback(reason));
}

export function setPurpose(text) {
	session.purpose = text.trim();
	sessionStorage.setItem(PURPOSE, session.purpose);
}

/** The kind of the cases that hold what was shown for a query. */
export const QUERY_KIND = '登记资料查询';

/** Whether the one signed in may add scans to a case of that kind, or, without one, in batches: the look-up desk files for its queries alone. */
export function mayFile(kind) {
	return may('material.add') && (session.who.role !== 'lookup' || kind === QUERY_KIND);
}

/** Whether the one signed in may use a verb. */
export function may(verb) {
	return Boolean(session.who?.may?.includes(verb));
}
