// SPDX-License-Identifier: GPL-3.0-or-later
import { createI18n } from 'vue-i18n';
import zh from './zh';
import en from './en';

const KEY = 'zong.locale';
const kept = localStorage.getItem(KEY);

export const i18n = createI18n({
	legacy: false,
	locale: kept === 'en' ? 'en' : 'zh',
	fallbackLocale: 'zh',
	messages: { zh, en },
});

/** The language in use, 'zh' or 'en'. */
export function locale() {
	return i18n.global.locale.value;
}

/** Its name for dates, numbers and Accept-Language. */
export function languageTag() {
	return locale() === 'en' ? 'en-GB' : 'zh-CN';
}

export function setLocale(name) {
	i18n.global.locale.value = name;
	localStorage.setItem(KEY, name);
	applyToDocument();
}

export function applyToDocument() {
	document.documentElement.lang = languageTag();
	document.title = i18n.global.t('app.title');
}

applyToDocument();
