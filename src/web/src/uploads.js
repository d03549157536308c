// SPDX-License-Identifier: GPL-3.0-or-later
// Files on their way into a case. They go on while other views are looked at, so they live here and not in one.
import { reactive } from 'vue';
import { api, asProblem, isCancelled } from './api';
import { session } from './session';

const AT_ONCE = 2;
// So many dropped at once are a carton of old volumes: what others bring to the counter is read before.
const BULK_FILES = 20;
const POLL_FIRST = 1500;
const POLL_LAST = 10000;
const POLL_GROUP = 4;
const NOT_FOR_KEEPING = /^(\.|~\$)|^(thumbs\.db|desktop\.ini)$/i;

const queues = reactive(new Map());
let counter = 0;
let owner = '';

/** The queue of a case, or, without a number, of batches whose cover sheets name theirs: items, and defaults for what is dropped next. */
export function queueOf(no) {
	if (owner !== session.csrf) {
		queues.clear();
		owner = session.csrf;
	}
	if (!queues.has(no))
		queues.set(no, reactive({ no, items: [], type: '', to: [], only: false, skipped: 0, kept: 0 }));
	return queues.get(no);
}

/** Puts files into a queue as ready; hidden files of folders are left out and counted. @param replaces the material that the first of them is a newer version of */
export function enqueue(queue, files, replaces = null) {
	queue.skipped = 0;
	const bulk = files.length > BULK_FILES;
	for (const file of files) {
		if (NOT_FOR_KEEPING.test(file.name)) {
			queue.skipped++;
			continue;
		}
		queue.items.push(reactive({
			key: ++counter, file, name: file.name, bytes: file.size, title: file.name.replace(/\.[^.]{1,5}$/, ''),
			type: replaces ? '' : queue.type, to: replaces ? [] : [...queue.to], only: replaces ? false : queue.only, replaces: replaces?.id || '', ownType: false, ownTo: false, bulk,
			state: 'ready', share: 0, keeping: null, receipt: null, problem: null, reading: null, pollAt: 0, pollEvery: POLL_FIRST, abort: null,
		}));
	}
}

/** Takes the queue's defaults into all that wait and have no words of their own. */
export function applyDefaults(queue) {
	for (const item of queue.items) {
		if (item.state !== 'ready')
			continue;
		if (item.replaces)
			continue;
		if (!item.ownType)
			item.type = queue.type;
		if (!item.ownTo)
			item.to = [...queue.to];
		item.only = queue.only;
	}
}

export function start(queue) {
	for (const item of queue.items) {
		if (item.state === 'ready')
			item.state = 'waiting';
	}
	pump(queue);
}

export function again(queue, item) {
	item.problem = null;
	item.share = 0;
	item.keeping = null;
	item.state = 'waiting';
	pump(queue);
}

/** Stops what is on its way, or takes away what has not begun or has ended. */
export function cancel(queue, item) {
	if (item.state === 'sending') {
		item.abort.abort();
		return;
	}
	queue.items.splice(queue.items.indexOf(item), 1);
}

export function clearEnded(queue) {
	queue.items = queue.items.filter((item) => item.state !== 'kept' || !readingEnded(item));
}

export function readingEnded(item) {
	return Boolean(item.reading) && item.reading.done >= item.reading.total;
}

/** Whether anything would be lost if the page were closed now. */
export function anySending() {
	for (const queue of queues.values()) {
		if (queue.items.some((item) => ['waiting', 'sending'].includes(item.state)))
			return true;
	}
	return false;
}

function pump(queue) {
	while (queue.items.filter((item) => item.state === 'sending').length < AT_ONCE) {
		const item = queue.items.find((one) => one.state === 'waiting');
		if (!item)
			return;
		send(queue, item).finally(() => pump(queue));
	}
}

async function send(queue, item) {
	item.state = 'sending';
	item.share = 0;
	item.keeping = null;
	item.abort = new AbortController();
	const meta = { name: item.name, title: item.title.trim() || item.name, to: item.to };
	if (queue.no)
		meta.case = queue.no;
	if (item.type)
		meta.type = item.type;
	if (item.bulk)
		meta.bulk = true;
	if (item.only)
		meta.only = true;
	if (item.replaces)
		meta.replaces = item.replaces;
	try {
		item.receipt = await api.upload(meta, item.file, {
			signal: item.abort.signal,
			onProgress: (share) => { item.share = share; },
			onKeeping: (share) => { item.keeping = share; },
		});
		item.state = 'kept';
		item.reading = { total: partsOf(item.receipt).reduce((sum, part) => sum + part.pages, 0), done: 0, parked: 0, damaged: 0, blank: 0 };
		item.pollAt = Date.now() + (item.receipt.again ? 0 : POLL_FIRST);
		queue.kept++;
		poll();
	} catch (error) {
		if (isCancelled(error)) {
			item.state = 'cancelled';
		} else {
			item.state = 'failed';
			item.problem = asProblem(error);
		}
	}
}

/** The materials that a file has become: one, or as many as its separator sheets made of it. */
export function partsOf(receipt) {
	return [receipt, ...(receipt.further || [])];
}

/** How a material's pages stand. */
export function countPages(pages) {
	const by = { total: pages.length, done: 0, parked: 0, damaged: 0, blank: 0, cancelled: 0 };
	for (const page of pages) {
		if (page.state !== 'waiting')
			by.done++;
		if (page.state in by)
			by[page.state]++;
	}
	return by;
}

let timer = 0;
let asking = false;

/** Asks how far reading has come, a few materials at a time, ever more rarely while nothing moves. */
async function poll() {
	clearTimeout(timer);
	if (asking)
		return;
	const open = [];
	for (const queue of queues.values()) {
		for (const item of queue.items) {
			if (item.state === 'kept' && !readingEnded(item))
				open.push({ queue, item });
		}
	}
	if (!open.length || !session.who)
		return;
	asking = true;
	const now = Date.now();
	const due = open.filter(({ item }) => item.pollAt <= now).sort((a, b) => a.item.pollAt - b.item.pollAt).slice(0, POLL_GROUP);
	await Promise.all(due.map(async ({ queue, item }) => {
		try {
			const before = item.reading.done;
			const materials = [];
			for (const part of partsOf(item.receipt))
				materials.push(await api.material(part.material));
			const [first] = materials;
			item.reading = { ...countPages(materials.flatMap((material) => material.page)),
				left: first.reading_batch ? first.reading_batch.seconds_left : first.reading?.seconds_left };
			item.pollEvery = item.reading.done > before ? POLL_FIRST : Math.min(item.pollEvery * 1.3, POLL_LAST);
			if (readingEnded(item))
				queue.kept++;
		} catch {
			item.pollEvery = Math.min(item.pollEvery * 2, POLL_LAST);
		}
		item.pollAt = Date.now() + item.pollEvery;
	}));
	asking = false;
	timer = setTimeout(poll, 400);
}

addEventListener('beforeunload', (e) => {
	if (anySending())
		e.preventDefault();
});

/** All files of a drop, those in dropped folders too. */
export async function filesOfDrop(transfer) {
	const entries = Array.from(transfer.items || []).map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
	if (!entries.length)
		return Array.from(transfer.files || []);
	const files = [];
	for (const entry of entries)
		await walk(entry, files);
	return files;
}

async function walk(entry, files) {
	if (entry.isFile) {
		files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
		return;
	}
	const reader = entry.createReader();
	const inside = [];
	// A folder is read in portions; an empty one is the end.
	for (;;) {
		const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
		if (!portion.length)
			break;
		inside.push(...portion);
	}
	inside.sort((a, b) => a.name.localeCompare(b.name, 'zh-CN', { numeric: true }));
	for (const one of inside)
		await walk(one, files);
}
