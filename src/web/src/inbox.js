// SPDX-License-Identifier: GPL-3.0-or-later
// How many deliveries wait in the own department's inbox; asked again while the page is looked at.
import { reactive } from 'vue';
import { api } from './api';
import { may, session } from './session';

export const EVERY = 10000;

export const inbox = reactive({ open: 0, more: false });

/** Sets the number from a feed of open deliveries that begins at the first one. */
export function countOpen(feed) {
	inbox.open = feed.items.length;
	inbox.more = feed.more;
}

/** Calls a function now, then every EVERY milliseconds while the page is visible; returns what stops it. */
export function whileVisible(call) {
	let timer = 0;
	let stopped = false;
	const turn = async () => {
		clearTimeout(timer);
		if (document.visibilityState === 'visible')
			await call();
		clearTimeout(timer);
		if (!stopped)
			timer = setTimeout(turn, EVERY);
	};
	const seen = () => document.visibilityState === 'visible' && turn();
	document.addEventListener('visibilitychange', seen);
	turn();
	return () => {
		stopped = true;
		clearTimeout(timer);
		document.removeEventListener('visibilitychange', seen);
	};
}

/** Keeps the number in the header up to date; returns what stops it. */
export function watchInbox() {
	inbox.open = 0;
	inbox.more = false;
	const department = session.who?.department;
	if (!department || !may('feed.read'))
		return () => {};
	return whileVisible(async () => {
		try {
			countOpen(await api.feed(department, { open: true, limit: 200 }));
		} catch {
			// The number stays as it was; the inbox itself says what is wrong.
		}
	});
}
