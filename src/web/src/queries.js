// SPDX-License-Identifier: GPL-3.0-or-later
// The query desk: who may ask and what for, asked of the server once.
import { reactive } from 'vue';
import { api } from './api';
import { i18n } from './i18n';
import { onSignedOut } from './session';

export const STATES = ['entered', 'granted', 'refused', 'withdrawn'];

export const rules = reactive({ askers: [], proxy: '', asked: null });

export function loadRules() {
	rules.asked ??= api.queryRules().then((list) => {
		rules.askers = list.askers;
		rules.proxy = list.proxy || '';
		return list.askers;
	}).catch((error) => {
		rules.asked = null;
		throw error;
	});
	return rules.asked;
}

onSignedOut(() => {
	rules.askers = [];
	rules.asked = null;
});

/** Whether nobody has decided and the day for it is past. */
export function isOverdue(query) {
	return query.state === 'entered' && query.due < today();
}

/** Today as the calendar on the wall has it, as 'YYYY-MM-DD'. */
export function today() {
	const now = new Date();
	return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
}

/** The number of a query in what was typed, or read by a scanner from the QR code of its paper; '' where there is none. */
export function numberIn(text) {
	return /(?:^|\/)(CX\d{13})(?:$|\/)/i.exec(text.trim())?.[1].toUpperCase() || '';
}

// What was odd about the numbers of persons is told once, by the answer to entering them.
const odd = new Map();

export function keepWarnings(query) {
	odd.set(query.no, query.warnings || []);
}

export function takeWarnings(no) {
	const list = odd.get(no) || [];
	odd.delete(no);
	return list;
}

/** The alternatives of a line of the rules: 'A|B'. */
export const choices = (line) => line.split('|');

/** What is in the way of a grant, in words. The server names a line of the rules as it is written, and a long one not to its end. */
export function problemWords(query, problem) {
	const line = rules.askers.find((a) => a.key === query.asker)?.proofs.find((one) => problem.code === 'proof' && one.startsWith(problem.subject)) || problem.subject;
	return line.includes('|') ? problem.text.replace(problem.subject, choices(line).join(i18n.global.t('answer.or'))) : problem.text;
}

/** As the server judges it: what people write says more than the word of the rules. */
export function isShown(proofs, line) {
	return choices(line).some((kind) => proofs.some((proof) => proof.kind.includes(kind)));
}

/** What the form holds of a query, or of none. */
export function draftOf(query) {
	const person = (p) => ({ name: p?.name || '', id_kind: p?.id_kind || '', idno: p?.idno || '', phone: p?.phone || '' });
	return {
		asker: query?.asker || '', querent: { ...person(query?.querent), id_kind: query?.querent?.id_kind || (query ? '' : '身份证') },
		has_proxy: Boolean(query?.proxy), proxy: person(query?.proxy), holder: person(query?.holder),
		purpose: query?.purpose || '', wants: [...(query?.wants || [])],
		objects: (query?.objects || []).map((o) => ({ by: o.by, value: o.value, unit: o.by === 'address' ? o.unit || '' : '' })),
		proofs: (query?.proofs || []).map((p) => ({ kind: p.kind, note: p.note || '' })), note: query?.note || '',
	};
}
