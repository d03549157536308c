// SPDX-License-Identifier: GPL-3.0-or-later
// What a walk through the page needs: an archive with a zongd of its own, sample scans, and a browser that is listened to.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const build = process.env.ZONG_BUILD;
const program = (...parts) => path.join(build, ...parts);
const BROWSER_FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];

/** Makes an archive, serves it on a free port, and says where and to whom. */
export async function openHall() {
	const web = program('src', 'web', 'dist');
	if (!fs.existsSync(path.join(web, 'index.html')))
		throw new Error(`${web} holds no web page: configure without --disable-web and make`);
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zong-web-'));
	const archive = path.join(folder, 'archive');
	const admin = JSON.parse(execFileSync(program('tools', 'zong'), ['init', archive, '--json'], { encoding: 'utf8' }));
	const log = fs.openSync(path.join(folder, 'zongd.log'), 'w');
	const server = spawn(program('src', 'zongd'), ['--archive', archive, '--listen', '127.0.0.1:0', '--web', web], { stdio: ['ignore', 'pipe', log] });
	const words = () => fs.readFileSync(path.join(folder, 'zongd.log'), 'utf8');
	const base = await new Promise((resolve, reject) => {
		let said = '';
		server.stdout.on('data', (part) => {
			said += part;
			const at = /(https?:\/\/[^\s/]+)/.exec(said);
			if (at)
				resolve(at[1]);
		});
		server.on('error', reject);
		server.on('exit', (status) => reject(new Error(`zongd ended with ${status}: ${words()}`)));
	});
	return {
		base, admin, folder, words,
		/** The command line on the same archive; what it prints. */
		zong(...args) {
			return execFileSync(program('tools', 'zong'), ['--archive', archive, ...args], { encoding: 'utf8' });
		},
		/** Draws a scan; args are mkscan's. */
		scan(name, ...args) {
			const file = path.join(folder, name);
			fs.mkdirSync(path.dirname(file), { recursive: true });
			execFileSync(program('tools', 'mkscan'), [...args, file]);
			return file;
		},
		close() {
			return new Promise((resolve) => {
				server.removeAllListeners('exit');
				server.on('exit', () => {
					fs.rmSync(folder, { recursive: true, force: true });
					resolve();
				});
				if (server.exitCode !== null || !server.kill('SIGTERM'))
					server.emit('exit');
			});
		},
	};
}

/** A browser with one window; what goes wrong in it is kept in `complaints`. */
export async function openBrowser(base) {
	const browser = await chromium.launch({ executablePath: process.env.ZONG_CHROMIUM || '/usr/bin/chromium', args: BROWSER_FLAGS });
	const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, acceptDownloads: true });
	const page = await context.newPage();
	page.setDefaultTimeout(30000);
	const complaints = [];
	let expected = [];
	page.on('pageerror', (error) => complaints.push(`error in the page: ${error.stack || error}`));
	page.on('console', (message) => {
		if (message.type() !== 'error')
			return;
		// The browser itself notes each answer from 400 on; those a test provokes are no complaint.
		const status = /^Failed to load resource: .* status of (\d+)/.exec(message.text());
		if (!status || !expected.includes(Number(status[1])))
			complaints.push(`console: ${message.text()} ${message.location().url}`);
	});
	page.on('request', (request) => {
		const url = request.url();
		if (!url.startsWith(`${base}/`) && !/^(blob:|data:)/.test(url))
			complaints.push(`request to another host: ${url}`);
	});
	let shots = 0;
	return {
		page, context, complaints,
		/** Runs steps in which the server is to answer with one of these statuses. */
		async refused(statuses, steps) {
			expected = statuses;
			try {
				await steps();
			} finally {
				// What the browser still has to say about the last answer comes before this one's.
				await page.evaluate(() => fetch('/healthz'));
				expected = [];
			}
		},
		/** Drops files or folders from the disk as a person does. */
		async drop(target, ...files) {
			const box = await target.boundingBox();
			const devtools = await context.newCDPSession(page);
			const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files, dragOperationsMask: 1 } };
			for (const type of ['dragEnter', 'dragOver', 'drop'])
				await devtools.send('Input.dispatchDragEvent', { type, ...at });
			await devtools.detach();
		},
		async shot(name) {
			if (!process.env.ZONG_SHOTS)
				return;
			fs.mkdirSync(process.env.ZONG_SHOTS, { recursive: true });
			await page.screenshot({ path: path.join(process.env.ZONG_SHOTS, `${String(++shots).padStart(2, '0')}-${name}.png`), animations: 'disabled' });
		},
		close: () => browser.close(),
	};
}
