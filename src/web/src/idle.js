// SPDX-License-Identifier: GPL-3.0-or-later
// A screen that nobody uses. What the page asks by itself would keep its session alive, so the page ends it, as the server ends one that
// is asked for nothing.
import { api } from './api';
import { session, signedOut } from './session';
import { anySending } from './uploads';

const EVERY = 10000;
const USED = 'zong.used'; // when any tab of this browser was touched: they share one session
const NOTE_EVERY = 3000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'];

/** Ends the session when nobody has touched the page for as long as the server says; files on their way count as use. Returns what stops it. */
export function watchIdle() {
	let used = Date.now();
	let noted = 0;
	const use = () => {
		used = Date.now();
		if (used - noted < NOTE_EVERY)
			return;
		noted = used;
		localStorage.setItem(USED, used);
	};
	const last = () => {
		const elsewhere = Number(localStorage.getItem(USED)) || 0;
		return elsewhere > used && elsewhere <= Date.now() ? elsewhere : used;
	};
	const look = () => {
		if (anySending())
			use();
		if (!session.who?.idle_seconds || Date.now() - last() <= session.who.idle_seconds * 1000)
			return;
		const { csrf } = session;
		signedOut('expired');
		api.signOut(csrf).catch(() => {});
	};
	const timer = setInterval(look, EVERY);
	SIGNS.forEach((sign) => addEventListener(sign, use, { passive: true, capture: true }));
	return () => {
		clearInterval(timer);
		SIGNS.forEach((sign) => removeEventListener(sign, use, { capture: true }));
	};
}
