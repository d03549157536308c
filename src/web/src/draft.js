// SPDX-License-Identifier: GPL-3.0-or-later
import { ElMessageBox } from 'element-plus';
import { i18n } from './i18n';

/** Asks whether what was entered may be lost; true: it may. */
export function leaveDraft() {
	const { t } = i18n.global;
	return ElMessageBox.confirm(t('enter.drop'), { type: 'warning', confirmButtonText: t('enter.drop_yes'), cancelButtonText: t('action.cancel') })
		.then(() => true, () => false);
}
