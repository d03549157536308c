// SPDX-License-Identifier: GPL-3.0-or-later
// A list that comes page by page, as one scrolls or asks for more.
import { onBeforeUnmount, onMounted, ref } from 'vue';
import { asProblem, isCancelled } from './api';

/**
 * @param fetch asks for a page: ({ limit, cursor }, signal, fresh) → { items, next }. fresh: from the beginning, perhaps for something else.
 * @param emptied a list that could not be had from the beginning is none: what stands there was of something else
 * @param least a page that may be short is asked on until so many came, at most so often as most says
 * @returns load(fresh) and what to show: items, next, busy, loaded, problem. An element that is given as end asks for more when it comes in sight.
 */
export function usePaged(fetch, { limit = 50, emptied = false, least = 0, most = Infinity } = {}) {
	const items = ref([]);
	const next = ref(null);
	const busy = ref(false);
	const loaded = ref(false);
	const problem = ref(null);
	const end = ref(null);
	let asking = null;
	let watcher = null;

	async function load(fresh) {
		if (busy.value && !fresh)
			return;
		asking?.abort();
		const mine = asking = new AbortController();
		busy.value = true;
		problem.value = null;
		try {
			let cursor = fresh ? undefined : next.value;
			let found = fresh ? [] : items.value;
			const before = found.length;
			for (let n = 0; n < most; n++) {
				const list = await fetch({ limit, cursor }, mine.signal, fresh && n === 0);
				found = found.concat(list.items);
				cursor = list.next;
				if (!cursor || found.length - before >= least)
					break;
			}
			items.value = found;
			next.value = cursor;
			loaded.value = true;
		} catch (error) {
			if (isCancelled(error))
				return;
			problem.value = asProblem(error);
			if (fresh && emptied)
				items.value = [];
		} finally {
			if (mine === asking)
				busy.value = false;
		}
	}

	onMounted(() => {
		if (!end.value)
			return;
		watcher = new IntersectionObserver((seen) => {
			if (seen[0].isIntersecting && next.value && !busy.value && !problem.value)
				load(false);
		}, { rootMargin: '300px' });
		watcher.observe(end.value);
	});
	onBeforeUnmount(() => {
		watcher?.disconnect();
		asking?.abort();
	});
	return { items, next, busy, loaded, problem, end, load };
}
