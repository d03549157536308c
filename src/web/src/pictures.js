// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of a material's pages. An <img> cannot say what they are looked at for, and the browser may keep none of them on its disk; so they
// are fetched and shown from memory;
// a few at a time, what is looked at first, and what was not looked at for long is let go.
import { api } from './api';

const AT_ONCE = 3;

export class Pictures {
	/**
	 * @param {string} material its id
	 * @param {number} keep how many are kept in memory
	 */
	constructor(material, keep) {
		this.material = material;
		this.keep = keep;
		this.kept = new Map();
		this.wanted = [];
		this.running = 0;
		this.over = new AbortController();
	}

	/**
	 * The address of a page's picture, at most so many pixels wide.
	 * @param {{ first?: boolean, signal?: AbortSignal }} options first: before all others that wait
	 * @returns {Promise<string>}
	 */
	get(page, width, { first = false, signal } = {}) {
		const name = `${page}/${width}`;
		const old = this.kept.get(name);
		if (old) {
			// Taken out and put back it is the youngest.
			this.kept.delete(name);
			this.kept.set(name, old);
			return Promise.resolve(old);
		}
		return new Promise((resolve, reject) => {
			const want = { page, width, name, signal, resolve, reject };
			if (first)
				this.wanted.unshift(want);
			else
				this.wanted.push(want);
			this.#pump();
		});
	}

	#pump() {
		while (this.running < AT_ONCE && this.wanted.length) {
			const want = this.wanted.shift();
			if (want.signal?.aborted || this.over.signal.aborted) {
				want.reject(new DOMException('cancelled', 'AbortError'));
				continue;
			}
			this.running++;
			this.#fetch(want).finally(() => {
				this.running--;
				this.#pump();
			});
		}
	}

	async #fetch(want) {
		const stop = new AbortController();
		const abort = () => stop.abort();
		want.signal?.addEventListener('abort', abort);
		this.over.signal.addEventListener('abort', abort);
		try {
			const blob = await api.picture(this.material, want.page, want.width, stop.signal);
			if (this.over.signal.aborted)
				throw new DOMException('cancelled', 'AbortError');
			const url = this.kept.get(want.name) || URL.createObjectURL(blob);
			this.kept.set(want.name, url);
			for (const [name, oldest] of this.kept) {
				if (this.kept.size <= this.keep)
					break;
				this.kept.delete(name);
				URL.revokeObjectURL(oldest);
			}
			want.resolve(url);
		} catch (error) {
			want.reject(error);
		} finally {
			want.signal?.removeEventListener('abort', abort);
			this.over.signal.removeEventListener('abort', abort);
		}
	}

	/** Lets everything go. */
	close() {
		this.over.abort();
		for (const url of this.kept.values())
			URL.revokeObjectURL(url);
		this.kept.clear();
		for (const want of this.wanted.splice(0))
			want.reject(new DOMException('cancelled', 'AbortError'));
	}
}
