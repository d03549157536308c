// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses of pages that other pages lead to.

/** Boxes as they stand in an address: 'x,y,w,h;x,y,w,h'. */
export function writeBoxes(boxes) {
	return (boxes || []).map((b) => b.join(',')).join(';');
}

export function readBoxes(text) {
	return String(text || '').split(';').map((b) => b.split(',').map(Number))
		.filter((b) => b.length === 4 && b.every(Number.isFinite));
}

/** Where a material is shown: at a page, with boxes marked and the words looked for. */
export function materialPlace(id, { page, boxes, q } = {}) {
	const query = {};
	if (page)
		query.page = page;
	if (boxes?.length)
		query.boxes = writeBoxes(boxes.slice(0, 40));
	if (q)
		query.q = q;
	return { name: 'material', params: { id }, query };
}

export function casePlace(no) {
	return { name: 'case', params: { no } };
}

export function parcelPlace(code) {
	return { name: 'parcel', params: { code } };
}

export function queryPlace(no) {
	return { name: 'query', params: { no } };
}

export function volumePlace(no) {
	return { name: 'volume', params: { no } };
}

export function handoverPlace(no) {
	return { name: 'handover', params: { no } };
}

export function originalPlace(code) {
	return { name: 'original', params: { code } };
}

/**
 * Shows a PDF in a window of its own, from where it is printed. The window is opened at the click: later the browser forbids it.
 * @param {() => Promise<{ blob: Blob, name: string }>} get
 */
export async function showPdf(get) {
	const shown = window.open('', '_blank');
	try {
		const { blob, name } = await get();
		if (!shown || shown.closed) {
			save(blob, name);
			return;
		}
		const url = URL.createObjectURL(new Blob([blob], { type: 'application/pdf' }));
		shown.location.replace(url);
		setTimeout(() => URL.revokeObjectURL(url), 30 * 60000);
	} catch (error) {
		shown?.close();
		throw error;
	}
}

/** Saves bytes under a name, the browser's way. */
export function save(blob, name) {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(blob);
	link.download = name;
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** 'sha256:…' of bytes where the browser may compute it (https or this machine) and they fit; otherwise null. */
export async function digestOf(blob) {
	if (!globalThis.crypto?.subtle || blob.size > 512 * 1024 * 1024)
		return null;
	const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
	return `sha256:${Array.from(sum, (b) => b.toString(16).padStart(2, '0')).join('')}`;
}
