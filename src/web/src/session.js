// SPDX-License-Identifier: GPL-3.0-or-later
// Who is signed in. The token lives in this tab only and is forgotten with it.
import { reactive } from 'vue';

const TOKEN = 'zong.token';
const PURPOSE = 'zong.purpose';

export const session = reactive({
	token: sessionStorage.getItem(TOKEN) || '',
	who: null,
	purpose: sessionStorage.getItem(PURPOSE) || '',
	/** Why the sign-in page is shown: '', 'expired' or 'left'. */
	reason: '',
});

let leave = () => {};

/** What to do when the session is over; the router sets it. */
export function onSignedOut(callback) {
	leave = callback;
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
	leave(reason);
}

export function setPurpose(text) {
	session.purpose = text.trim();
	sessionStorage.setItem(PURPOSE, session.purpose);
}

/** Whether the one signed in may use a verb. */
export function may(verb) {
	return Boolean(session.who?.may?.includes(verb));
}
