// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers, times and codes as people read them.
import { i18n, languageTag } from './i18n';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes with three digits that count. */
export function bytes(n) {
	if (n === undefined || n === null)
		return '–';
	let size = n;
	let unit = 0;
	while (size >= 1000 && unit < UNITS.length - 1) {
		size /= 1024;
		unit++;
	}
	const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
	return `${size.toFixed(digits)} ${UNITS[unit]}`;
}

export function number(n) {
	return n === undefined || n === null ? '–' : new Intl.NumberFormat(languageTag()).format(n);
}

/** How long something will take: the key of the words and the number in them, or null where nobody knows. */
export function span(seconds) {
	if (seconds === undefined || seconds === null)
		return null;
	if (seconds < 90)
		return ['left.seconds', { n: Math.max(1, Math.round(seconds)) }];
	if (seconds < 90 * 60)
		return ['left.minutes', { n: Math.round(seconds / 60) }];
	return ['left.hours', { n: (seconds / 3600).toFixed(1) }];
}

/** A moment, to the minute. */
export function time(text) {
	if (!text)
		return '–';
	const at = new Date(text);
	if (Number.isNaN(at.getTime()))
		return text;
	return new Intl.DateTimeFormat(languageTag(), {
		year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
	}).format(at);
}

/** A moment, to the second, in which the order of lines shows. */
export function moment(text) {
	const at = new Date(text || NaN);
	if (Number.isNaN(at.getTime()))
		return text || '–';
	return new Intl.DateTimeFormat(languageTag(), {
		year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
	}).format(at);
}

/** The day of a moment. */
export function date(text) {
	const at = new Date(text || NaN);
	return Number.isNaN(at.getTime()) ? text || '–' : new Intl.DateTimeFormat(languageTag(), { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

/** A day of the calendar, 'YYYY-MM-DD', which no time zone moves. */
export function day(text) {
	const at = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text || '');
	if (!at)
		return text || '–';
	return new Intl.DateTimeFormat(languageTag(), { year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at[1], at[2] - 1, at[3]));
}

/** Who did something, as the log names it: 'user:NAME', 'token:UUID', 'local:UID' or another word. */
export function actor(text) {
	const token = /^token:([0-9a-f]{8})/.exec(text || '');
	if (token)
		return `${i18n.global.t('app.token')} ${token[1]}`;
	return /^local:/.test(text || '') ? i18n.global.t('role.local') : (text || '').replace(/^user:/, '');
}

/** 'sha256:0123…' short enough for a line. */
export function shortDigest(digest) {
	return digest ? `${digest.slice(0, 19)}…` : '';
}

/** A unit code as typed, without blanks and in capitals. Full-width characters become ASCII. */
export function plainCode(text) {
	return text.replace(/[！-～]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
		.replace(/[\s\u3000-]/g, '').toUpperCase();
}

/** The official way to write a unit code: 6 6 7 9. */
export function printedCode(text) {
	const code = plainCode(text);
	return [code.slice(0, 6), code.slice(6, 12), code.slice(12, 19), code.slice(19)].filter(Boolean).join(' ');
}

const PARCEL = /^\d{12}[GJZ][ABSXCDEFLNGHWY]\d{5}$/;
const UNIT = /^\d{12}[GJZ][ABSXCDEFLNGHWY]\d{5}([FLQ]\d{8}|W0{8})$/;
const BUILDING = /^\d{12}[GJZ][ABSXCDEFLNGHWY]\d{5}[FLQW]\d{4}$/;

/**
 * How a typed unit code stands: '' (nothing typed), 'parcel', 'building', 'unit', or what is wrong with it:
 * 'short' (so far right), 'long', 'digits' (positions 1-12), 'owner' (13), 'right' (14), 'serial' (15-19), 'thing' (20-28).
 */
export function codeState(text) {
	const code = plainCode(text);
	if (!code)
		return '';
	if (code.length > 28)
		return 'long';
	if (!/^\d{1,12}$/.test(code.slice(0, 12)))
		return 'digits';
	if (code.length > 12 && !'GJZ'.includes(code[12]))
		return 'owner';
	if (code.length > 13 && !'ABSXCDEFLNGHWY'.includes(code[13]))
		return 'right';
	if (!/^\d*$/.test(code.slice(14, 19)))
		return 'serial';
	if (code.length > 19 && !/^([FLQ]\d*|W0*)$/.test(code.slice(19)))
		return 'thing';
	if (PARCEL.test(code))
		return 'parcel';
	if (BUILDING.test(code))
		return 'building';
	return UNIT.test(code) ? 'unit' : 'short';
}

export function codeIsWhole(text) {
	return ['parcel', 'building', 'unit'].includes(codeState(text));
}

/** Whether an 18-character ID number has the check character of GB 11643. */
export function idIsRight(text) {
	const id = text.trim().toUpperCase();
	if (!/^\d{17}[\dX]$/.test(id))
		return false;
	const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
	const sum = weights.reduce((all, w, i) => all + w * Number(id[i]), 0);
	return '10X98765432'[sum % 11] === id[17];
}

/** A snippet in pieces, the found ones marked; they stand between U+E000 and U+E001. */
export function markedPieces(snippet) {
	const pieces = [];
	let marked = false;
	for (const piece of (snippet || '').split(/([\ue000\ue001])/)) {
		if (piece === '\ue000')
			marked = true;
		else if (piece === '\ue001')
			marked = false;
		else if (piece)
			pieces.push({ text: piece, marked });
	}
	return pieces;
}

/** A text in pieces, every place of the words marked. Blanks between Chinese characters do not count. */
export function markWords(text, words) {
	const wanted = words.trim().split(/\s+/).filter(Boolean)
		.map((w) => Array.from(w, (c) => c.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s*'));
	if (!wanted.length)
		return [{ text, marked: false }];
	return text.split(new RegExp(`(${wanted.join('|')})`, 'gi'))
		.map((piece, i) => ({ text: piece, marked: i % 2 === 1 })).filter((piece) => piece.text);
}

/** The words of a search that are to be marked on a page: without operators, exclusions, quotes and stars. */
export function wordsOf(q) {
	return q.replace(/[-－]?[^\s:："“”]{1,12}[:：]\s*["“][^"“”]*["”]/g, ' ').replace(/[-－]["“][^"“”]*["”]/g, ' ')
		.split(/[\s\u3000]+/).filter((word) => word && !/^[-－]./.test(word) && !/^[^\s:：]{1,12}[:：]/.test(word))
		.join(' ').replace(/["“”*＊]/g, '');
}
