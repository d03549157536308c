// SPDX-License-Identifier: GPL-3.0-or-later
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from './i18n';
import { router } from './router';
import 'element-plus/es/components/message/style/css';
import 'element-plus/es/components/message-box/style/css';
import 'element-plus/es/components/loading/style/css';
import './style.css';

createApp(App).use(i18n).use(router).mount('#app');
