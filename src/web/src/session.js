// SPDX-License-Identifier: GPL-3.0-or-later
// Who is signed in. The session is in a cookie that no script reads, and all tabs share it; a tab keeps in memory the word (CSRF) that goes
// with whatever it changes.
import { reactive } from 'vue';

/** Verbs of which one is enough to have something to administer. */
export const ADMINISTRATION = ['status.read', 'department.manage', 'token.manage', 'user.manage', 'job.read', 'log.read'];

// Of the browser: whether there is a session, another one after each signing in, so that tabs know of it and of its end. No secret.
const MARK = 'zong.session';
const ENDS = ['left', 'expired'];
const PURPOSE = 'zong.purpose';

export const session = reactive({
	csrf: '',
	who: null,
	purpose: sessionStorage.getItem(PURPOSE) || '',
	/** Why the sign-in page is shown: '', 'expired' or 'left'. */
	reason: '',
	/** The vault that this tab works in, once it is known to be unlocked: { department, member, may }; null: the common archive. */
	vault: null,
});

/** Which vault the tab was sent into. Going in and out loads the page anew, so that nothing of the one is left in the other. */
const VAULT = 'zong.vault';
export const vaultWanted = () => sessionStorage.getItem(VAULT) || '';

export function goInto(department, place) {
	if (department)
		sessionStorage.setItem(VAULT, department);
	else
		sessionStorage.removeItem(VAULT);
	location.hash = `#${place}`;
	location.reload();
}

const farewells = [];

/** Has a function called, with the reason, when the session is over. */
export function onSignedOut(callback) {
	farewells.push(callback);
}

/** Whether this browser has had a session of which no end is known. */
export function marked() {
	const mark = localStorage.getItem(MARK);
	return Boolean(mark) && !ENDS.includes(mark);
}

/** The session goes on in this tab: after a reload, or begun in another one. */
export function resumed(who) {
	session.csrf = who.csrf;
	session.who = who;
	session.reason = '';
}

export function signedIn(who) {
	resumed(who);
	localStorage.setItem(MARK, String(Date.now()) + Math.random());
}

/** There is no session, although there was one. */
export function forget(reason) {
	sessionStorage.removeItem(PURPOSE);
	sessionStorage.removeItem(VAULT);
	session.vault = null;
	session.csrf = '';
	session.who = null;
	session.purpose = '';
	session.reason = reason;
	if (marked())
		localStorage.setItem(MARK, reason);
}

export function signedOut(reason) {
	forget(reason);
	farewells.forEach((callback) => callback(reason));
}

// Another tab: what is shown here is not to stay when somebody else signs in, or nobody is signed in any more.
addEventListener('storage', ({ key, newValue }) => {
	if (key !== MARK)
		return;
	if (!ENDS.includes(newValue))
		location.reload();
	else if (session.who)
		signedOut(newValue);
});

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

/** Whether the one signed in may use a verb, in the vault where the tab is in one. */
export function may(verb) {
	const of = session.vault && !verb.startsWith('vault.') ? session.vault : session.who;
	return Boolean(of?.may?.includes(verb));
}
