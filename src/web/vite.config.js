// SPDX-License-Identifier: GPL-3.0-or-later
import { defineConfig } from 'vite';
import vue from '@vitejs/plugin-vue';
import Components from 'unplugin-vue-components/vite';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';

// The page is served from whatever address zongd has, so its own files are named relative to it.
export default defineConfig({
	base: './',
	plugins: [
		vue(),
		Components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
	],
	define: {
		__VUE_OPTIONS_API__: 'false',
		__VUE_PROD_DEVTOOLS__: 'false',
		__VUE_I18N_FULL_INSTALL__: 'false',
		__VUE_I18N_LEGACY_API__: 'false',
		__INTLIFY_PROD_DEVTOOLS__: 'false',
	},
	build: { target: 'es2020', assetsInlineLimit: 0, chunkSizeWarningLimit: 900, sourcemap: false },
	// Host stays the page's own: zongd holds Origin against it.
	server: { proxy: { '/api': process.env.ZONG_SERVER || 'http://127.0.0.1:8420' } },
});
