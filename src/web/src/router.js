// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses behind '#': the server then needs to know only one page.
import { createRouter, createWebHashHistory } from 'vue-router';
import { api } from './api';
import { ADMINISTRATION, forget, goInto, marked, may, onSignedOut, resumed, session, vaultWanted } from './session';
import { forgetDepartments } from './departments';

const routes = [
	{ path: '/', name: 'home', component: { render: () => null } },
	{ path: '/sign-in', name: 'sign-in', component: () => import('./views/SignIn.vue'), meta: { open: true } },
	{ path: '/check/:no/:word', name: 'check', component: () => import('./views/Check.vue'), meta: { open: true }, props: true },
	{ path: '/cases', name: 'cases', component: () => import('./views/Cases.vue'), meta: { needs: ['case.read'] } },
	{ path: '/cases/:no', name: 'case', component: () => import('./views/Case.vue'), meta: { needs: ['case.read'] }, props: true },
	{ path: '/materials/:id', name: 'material', component: () => import('./views/Material.vue'), meta: { needs: ['material.read'] }, props: true },
	{ path: '/parcels/:code?', name: 'parcel', component: () => import('./views/Parcel.vue'), meta: { needs: ['case.read'] }, props: true },
	{ path: '/queries', name: 'queries', component: () => import('./views/Queries.vue'), meta: { needs: ['query.read'] } },
	{ path: '/queries/new', name: 'query-new', component: () => import('./views/QueryNew.vue'), meta: { needs: ['query.enter'] } },
	{ path: '/queries/:no', name: 'query', component: () => import('./views/Query.vue'), meta: { needs: ['query.read'] }, props: true },
	{ path: '/volumes', name: 'volumes', component: () => import('./views/Volumes.vue'), meta: { needs: ['volume.read'] } },
	{ path: '/volumes/:no', name: 'volume', component: () => import('./views/Volume.vue'), meta: { needs: ['volume.read'] }, props: true },
	{ path: '/originals', name: 'originals', component: () => import('./views/Originals.vue'), meta: { needs: ['original.read'] } },
	{ path: '/originals/:code', name: 'original', component: () => import('./views/Original.vue'), meta: { needs: ['original.read'] }, props: true },
	{ path: '/handovers', name: 'handovers', component: () => import('./views/Handovers.vue'), meta: { needs: ['handover.manage'] } },
	{ path: '/handovers/:no', name: 'handover', component: () => import('./views/Handover.vue'), meta: { needs: ['handover.manage'] }, props: true },
	{ path: '/vault', name: 'vault', component: () => import('./views/Vault.vue'), meta: { needs: ['vault.use'] } },
	{ path: '/find', name: 'find', component: () => import('./views/Find.vue'), meta: { needs: ['search'] } },
	{ path: '/inbox/:department?', name: 'inbox', component: () => import('./views/Inbox.vue'), meta: { needs: ['feed.read'] }, props: true },
	{ path: '/deliveries', name: 'deliveries', component: () => import('./views/Deliveries.vue'), meta: { needs: ['delivery.manage'] } },
	{ path: '/review', name: 'review', component: () => import('./views/Review.vue'), meta: { needs: ['review.read'] } },
	{ path: '/administration', name: 'administration', component: () => import('./views/Administration.vue'), meta: { needs: ADMINISTRATION } },
	{ path: '/:rest(.*)*', redirect: '/' },
];

export const router = createRouter({ history: createWebHashHistory(), routes });

/** Where one's day begins. */
export function home() {
	if (session.vault)
		return '/cases';
	if (session.who?.role === 'department' && may('feed.read'))
		return '/inbox';
	if (may('case.read'))
		return '/cases';
	if (may('feed.read'))
		return '/inbox';
	return may('search') ? '/find' : '/administration';
}

/** Whether a text is an address inside the page that one can go back to. */
function inside(path) {
	return typeof path === 'string' && path.startsWith('/') && !path.startsWith('/sign-in');
}

/** The tab stays in the vault that it is in, as long as that is open. */
async function resumeVault() {
	if (!vaultWanted())
		return;
	try {
		session.vault = await api.vault(vaultWanted());
	} catch (error) {
		if (error.status === 401)
			throw error;
		goInto('', '/vault');
	}
}

/** Whoever is signed in stays so after a reload, and in another tab. */
async function resume() {
	if (session.who || !marked())
		return;
	try {
		resumed(await api.whoAmI());
		await resumeVault();
	} catch (error) {
		// Without an answer one cannot go on either, but perhaps later.
		if (error.status === 401)
			forget('expired');
	}
}

router.beforeEach(async (to) => {
	if (to.meta.open && to.name !== 'sign-in')
		return true;
	await resume();
	if (to.name === 'sign-in')
		return session.who ? home() : true;
	// Where home is, and what one may see, is only known now.
	if (session.who)
		return to.path === home() || to.meta.needs?.some(may) ? true : home();
	return { name: 'sign-in', query: inside(to.fullPath) && to.fullPath !== '/' ? { to: to.fullPath } : {} };
});

onSignedOut((reason) => {
	forgetDepartments();
	const here = router.currentRoute.value;
	if (here.name === 'sign-in')
		return;
	const back = reason === 'expired' && inside(here.fullPath) ? { to: here.fullPath } : {};
	router.push({ name: 'sign-in', query: back });
});
