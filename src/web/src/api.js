// SPDX-License-Identifier: GPL-3.0-or-later
// Everything the page says to the server goes through here.
import { i18n, locale } from './i18n';
import { goInto, onSignedOut, session, signedOut } from './session';

const ROOT = '/api/v1';

/** What went wrong, in the user's words: RFC 9457 problem details, or the like made here. */
export class Problem extends Error {
	constructor({ status = 0, code = 'unknown', title, detail = '', subject = '' }) {
		super(title);
		this.status = status;
		this.code = code;
		this.title = title;
		this.detail = detail;
		this.subject = subject;
	}
}

function own(code) {
	const { t } = i18n.global;
	return new Problem({ code, title: t(`problem.${code}`), detail: t(`problem.${code}_do`) });
}

function parseProblem(status, body) {
	let said = {};
	try {
		said = JSON.parse(body);
	} catch {
		// Not zong's words: something between here and it answered.
	}
	const { t } = i18n.global;
	return new Problem({
		status,
		code: said.code || `http_${status}`,
		title: said.title || t('problem.http', { status }),
		detail: said.detail || (said.title ? '' : t('problem.http_do')),
		subject: said.subject || '',
	});
}

function headers(extra, csrf) {
	const all = { 'Accept-Language': locale(), ...extra };
	if (csrf)
		all['Zong-CSRF'] = csrf;
	if (session.purpose)
		all['Zong-Purpose'] = encodeURIComponent(session.purpose);
	return all;
}

function address(path, query) {
	const given = Object.entries(query || {}).filter(([, v]) => v !== undefined && v !== null && v !== '');
	const tail = new URLSearchParams(given).toString();
	return (path.startsWith('/api/') ? path : root(path) + path) + (tail ? `?${tail}` : '');
}

/** In a vault everything is asked of it, but who one is and how it is opened. */
function root(path) {
	return session.vault && !/^\/(sessions?|vaults|departments)(\/|$)/.test(path) ? `${ROOT}/vaults/${part(session.vault.department)}` : ROOT;
}

// What is under way ends with its session: an answer that comes later is nobody's.
const underWay = new Set();
onSignedOut(() => underWay.forEach((stop) => stop.abort()));

/** An AbortController for one request, that also ends with another signal and with the session. */
function begin(signal) {
	const stop = new AbortController();
	const abort = () => stop.abort();
	signal?.addEventListener('abort', abort);
	if (signal?.aborted)
		abort();
	underWay.add(stop);
	return {
		signal: stop.signal,
		end() {
			underWay.delete(stop);
			signal?.removeEventListener('abort', abort);
		},
	};
}

async function send(method, path, options = {}) {
	const way = begin(options.signal);
	try {
		return await ask(method, path, { ...options, signal: way.signal });
	} finally {
		way.end();
	}
}

async function ask(method, path, { query, body, signal, accept = 'application/json', csrf = session.csrf, credentials = 'same-origin' }) {
	const init = { method, signal, credentials, headers: headers({ Accept: accept }, method === 'GET' ? '' : csrf), cache: 'no-store' };
	if (body !== undefined) {
		init.headers['Content-Type'] = 'application/json';
		init.body = JSON.stringify(body);
	}
	let reply;
	try {
		reply = await fetch(address(path, query), init);
	} catch (error) {
		if (error.name === 'AbortError')
			throw error;
		throw own('network');
	}
	if (reply.ok)
		return reply;
	const problem = parseProblem(reply.status, await reply.text().catch(() => ''));
	// An answer to an earlier session must not end the one that has begun since.
	if (reply.status === 401 && csrf && csrf === session.csrf)
		signedOut('expired');
	// It has locked itself: what is shown of it is taken away.
	if (problem.code === 'sealed' && session.vault)
		goInto('', '/vault');
	throw problem;
}

async function json(method, path, options) {
	const reply = await send(method, path, options);
	return reply.status === 204 ? null : reply.json();
}

const part = encodeURIComponent;

/** A random UUID; crypto.randomUUID is there only under https and on this machine. */
function uuid() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export const api = {
	signIn: (body) => json('POST', '/sessions', { body: { ...body, cookie: true } }),
	whoAmI: () => json('GET', '/session'),
	signOut: (csrf) => json('DELETE', '/session', { csrf }),

	cases: (query, signal) => json('GET', '/cases', { query, signal }),
	case: (no, signal) => json('GET', `/cases/${part(no)}`, { signal }),
	changeCase: (no, body) => json('POST', `/cases/${part(no)}/cause`, { body }),
	properties: (no, signal) => json('GET', `/cases/${part(no)}/properties`, { signal }),
	runProperties: (no, body) => json('POST', `/cases/${part(no)}/properties`, { body }),
	propertiesPdf: (no, stage, signal) => api.file(`/cases/${part(no)}/properties/pdf`, signal, { stage }),
	caseNotice: (no, signal) => api.file(`/cases/${part(no)}/notice`, signal),
	parcel: (code, query, signal) => json('GET', `/parcels/${part(code)}`, { query, signal }),
	chain: (code, signal) => json('GET', `/parcels/${part(code)}/chain`, { signal }),
	decideLink: (no, body) => json('POST', `/cases/${part(no)}/links`, { body }),
	openCase: (body) => json('POST', '/cases', { body }),

	material: (id, signal) => json('GET', `/materials/${part(id)}`, { signal }),
	text: async (id, n, signal) => (await send('GET', `/materials/${part(id)}/pages/${n}/text`, { signal, accept: 'text/plain' })).text(),
	picture: async (id, n, width, signal) =>
		(await send('GET', `/materials/${part(id)}/pages/${n}/png`, { query: { width }, signal, accept: 'image/png' })).blob(),

	search: (query, signal) => json('GET', '/search', { query, signal }),
	suggest: (query, signal) => json('GET', '/search/suggest', { query, signal }),

	vault: (d) => json('GET', `/vaults/${part(d)}`),
	makeVault: (d, body) => json('POST', `/vaults/${part(d)}`, { body }),
	/** @param {'unlock'|'lock'|'members'|'remove'|'sheet'} how */
	vaultDo: (d, how, body) => json('POST', `/vaults/${part(d)}/${how}`, { body }),
	share: (d, id, body) => json('POST', `/vaults/${part(d)}/materials/${part(id)}/share`, { body }),

	departments: () => json('GET', '/departments'),
	addDepartment: (body) => json('POST', '/departments', { body }),
	feed: (d, query, signal) => json('GET', `/departments/${part(d)}/feed`, { query, signal }),
	receipt: (id, digest) => json('POST', `/deliveries/${part(id)}/receipt`, { body: digest ? { digest } : {} }),
	deliveries: (query, signal) => json('GET', '/deliveries', { query, signal }),
	withdrawDelivery: (id, body) => json('POST', `/deliveries/${part(id)}/withdraw`, { body }),
	replayDelivery: (id) => json('POST', `/deliveries/${part(id)}/replay`),
	returnDelivery: (id, reason) => json('POST', `/deliveries/${part(id)}/return`, { body: { reason } }),

	reviews: (query, signal) => json('GET', '/review', { query, signal }),
	reviewStrip: async (id, signal) => (await send('GET', `/review/${part(id)}/strip`, { signal, accept: 'image/png' })).blob(),
	decideReview: (id, how, body) => json('POST', `/review/${part(id)}/${how}`, { body }),

	users: () => json('GET', '/users'),
	addUser: (body) => json('POST', '/users', { body }),
	changeUser: (name, body) => json('PATCH', `/users/${part(name)}`, { body }),
	resetUser: (name) => json('POST', `/users/${part(name)}/reset`),
	changePassword: (csrf, body) => json('POST', '/session/password', { csrf, body }),
	tokens: () => json('GET', '/tokens'),
	addToken: (body) => json('POST', '/tokens', { body }),
	revokeToken: (id) => json('DELETE', `/tokens/${part(id)}`),
	jobs: (query) => json('GET', '/jobs', { query }),
	cancelJob: (id) => json('POST', `/jobs/${part(id)}/cancel`),
	retryJob: (id) => json('POST', `/jobs/${part(id)}/retry`),
	status: () => json('GET', '/status'),

	queryRules: () => json('GET', '/queries/rules'),
	queries: (query, signal) => json('GET', '/queries', { query, signal }),
	query: (no, signal) => json('GET', `/queries/${part(no)}`, { signal }),
	enterQuery: (body) => json('POST', '/queries', { body }),
	changeQuery: (no, body) => json('PUT', `/queries/${part(no)}`, { body }),
	/** @param {'grant'|'refuse'|'withdraw'|'copies'} how */
	decideQuery: (no, how, body) => json('POST', `/queries/${part(no)}/${how}`, { body }),
	queryPdf: (no, form, signal) => api.file(`/queries/${part(no)}/pdf`, signal, { form }),
	/** The queries that a filter lets through: printed, or with an encoding as a table. */
	register: (query, signal) => api.file('/queries/register', signal, query),
	/** What a paper says, for whoever holds it: asked as nobody. */
	paper: (no, word, signal) => json('GET', `/papers/${part(no)}/${part(word)}`, { signal, csrf: '', credentials: 'omit' }),

	originals: (query, signal) => json('GET', '/originals', { query, signal }),
	addOriginal: (body) => json('POST', '/originals', { body }),
	original: (code, signal) => json('GET', `/originals/${part(code)}`, { signal }),
	originalLoans: (code, query, signal) => json('GET', `/originals/${part(code)}/loans`, { query, signal }),
	/** @param {'loans'|'extend'|'return'|'settle'|'reservations'|'missing'|'found'} how */
	moveOriginal: (code, how, body) => json('POST', `/originals/${part(code)}/${how}`, { body }),
	endReservation: (code, id) => json('DELETE', `/originals/${part(code)}/reservations/${part(id)}`),
	shelve: (place, codes) => json('POST', `/places/${part(place)}/originals`, { body: { codes } }),
	loans: (query, signal) => json('GET', '/loans', { query, signal }),

	volumes: (query, signal) => json('GET', '/volumes', { query, signal }),
	addVolume: (body) => json('POST', '/volumes', { body }),
	volume: (no, signal) => json('GET', `/volumes/${part(no)}`, { signal }),
	changeVolume: (no, body) => json('PUT', `/volumes/${part(no)}`, { body }),
	/** @param {'close'|'check'|'reopen'|'annul'} how */
	moveVolume: (no, how, body) => json('POST', `/volumes/${part(no)}/${how}`, { body }),
	volumePdf: (no, form, signal) => api.file(`/volumes/${part(no)}/pdf`, signal, { form }),
	volumeTable: (query, signal) => api.file('/volumes/export', signal, query),
	shelveVolumes: (place, volumes) => json('POST', `/places/${part(place)}/volumes`, { body: { volumes } }),
	boxLabel: (place, signal) => api.file(`/places/${part(place)}/label`, signal),

	handovers: (query, signal) => json('GET', '/handovers', { query, signal }),
	addHandover: (body) => json('POST', '/handovers', { body }),
	/** The list for two to sign, or with an encoding as a table. */
	handoverPdf: (no, signal, query) => api.file(`/handovers/${part(no)}/pdf`, signal, query),
	handover: (no, signal) => json('GET', `/handovers/${part(no)}`, { signal }),
	/** @param {'check'|'return'|'take'|'cancel'} how */
	moveHandover: (no, how, body) => json('POST', `/handovers/${part(no)}/${how}`, { body }),

	log: (query, signal) => json('GET', '/log', { query, signal }),
	logTable: (query, signal) => api.file('/log/export', signal, query),

	/** The bytes at an address of the API and the name the server gives them. */
	async file(path, signal, query) {
		const reply = await send('GET', path, { signal, query, accept: '*/*' });
		return { blob: await reply.blob(), name: nameOf(reply.headers.get('Content-Disposition') || '') };
	},
	materialFile: (id, signal) => api.file(`/materials/${part(id)}/file`, signal),
	materialPdf: (id, signal) => api.file(`/materials/${part(id)}/pdf`, signal),

	upload,
};

function nameOf(disposition) {
	const star = /filename\*=UTF-8''([^;]+)/i.exec(disposition);
	if (star) {
		try {
			return decodeURIComponent(star[1]);
		} catch {
			// A name that cannot be decoded is no name.
		}
	}
	const plain = /filename="((?:[^"\\]|\\.)*)"/i.exec(disposition);
	return plain ? plain[1].replace(/\\(.)/g, '$1') : '';
}

/**
 * Hands in one file. fetch() cannot say how much of a body has gone, XMLHttpRequest can.
 * @param {object} meta what is said about it (NewMaterial)
 * @param {File} file
 * @param {{ onProgress?: (share: number) => void, onKeeping?: (share: number) => void, signal?: AbortSignal }} options
 * @returns {Promise<object>} the receipt
 */
function upload(meta, file, { onProgress, onKeeping, signal } = {}) {
	const form = new FormData();
	// The server reads as it comes in: what it is has to be said before the bytes.
	form.append('meta', JSON.stringify(meta));
	form.append('file', file, file.name);
	const { csrf } = session;
	const way = begin(signal);
	const id = uuid();
	let watching = 0;
	// All bytes have gone: from here on the server tells how far it is with the pages.
	const watch = async () => {
		const told = await json('GET', `/uploads/${id}`).catch(() => null);
		if (told?.done != null)
			onKeeping?.(told.done);
		if (watching)
			watching = setTimeout(watch, 700);
	};
	return new Promise((resolve, reject) => {
		const call = new XMLHttpRequest();
		call.open('POST', address('/materials'));
		for (const [name, value] of Object.entries(headers({ Accept: 'application/json', 'Zong-Upload': id }, csrf)))
			call.setRequestHeader(name, value);
		call.upload.onprogress = (e) => onProgress?.(e.lengthComputable && e.total ? e.loaded / e.total : 0);
		call.upload.onload = () => {
			onProgress?.(1);
			watching = setTimeout(watch, 700);
		};
		call.onload = () => {
			if (call.status >= 200 && call.status < 300) {
				try {
					resolve(JSON.parse(call.responseText));
				} catch {
					reject(own('answer'));
				}
				return;
			}
			if (call.status === 401 && csrf === session.csrf)
				signedOut('expired');
			reject(parseProblem(call.status, call.responseText));
		};
		call.onerror = () => reject(own('network'));
		call.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
		if (way.signal.aborted) {
			reject(new DOMException('cancelled', 'AbortError'));
			return;
		}
		way.signal.addEventListener('abort', () => call.abort());
		call.send(form);
	}).finally(() => {
		clearTimeout(watching);
		watching = 0;
		way.end();
	});
}

/** True when the user or the page itself gave up on a request; nothing is wrong then. */
export function isCancelled(error) {
	return error?.name === 'AbortError';
}

/** Whatever was thrown, as something that can be shown. */
export function asProblem(error) {
	if (error instanceof Problem)
		return error;
	return new Problem({ code: 'page', title: i18n.global.t('problem.page'), detail: String(error?.message || error) });
}
