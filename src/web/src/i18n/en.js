// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	app: {
		name: 'Zong Archive', title: 'Zong · case archive', what: 'Scanned once, kept, found everywhere', skip: 'Skip to content', loading: 'Loading…', comma: ', ', token: 'token',
	},
	action: {
		cancel: 'Cancel', retry: 'Try again', more: 'Show more', remove: 'Remove', copy: 'Copy', copied: 'Copied', copy_by_hand: 'The browser does not allow copying here: select it and press Ctrl+C.',
	},
	problem: {
		network: 'The server cannot be reached.', network_do: 'Check the network and try again; if it stays so, tell the administrator.',
		answer: 'The server’s answer makes no sense.', answer_do: 'The file may have been kept: reload this page and look. Sending it again stores nothing twice.',
		http: 'The server could not do it ({status}).', http_do: 'Try again later; if it stays so, tell the administrator this number.',
		page: 'Something went wrong in this page.',
	},
	role: { administrator: 'Administrator', archivist: 'Archivist', department: 'Department', lookup: 'Look-up', local: 'This machine' },
	nav: { label: 'Main', cases: 'Cases', inbox: 'Inbox', administration: 'Administration', leave: 'Sign out' },
	signin: {
		way: 'How to sign in', by_user: 'User name', by_token: 'Token', user: 'User name', password: 'Password', token: 'Token', token_hint: 'The administrator gives it to you. It is used in this window only and forgotten when you close it.',
		go: 'Sign in', expired: 'Your session has ended. Sign in again and you return to the page you were on.', left: 'You have signed out.',
	},
	cases: {
		title: 'Cases', filter: 'Number begins with', open: 'Open a case', open_first: 'Open the first case', none: 'There are no cases yet.', none_like: 'No case number begins with “{q}”.',
		units_more: 'and more, {n} in all', all: 'All {n} are shown',
	},
	case: {
		no: 'Case number', kind: 'Business', kind_hint: 'Choose, or type', units: 'Unit codes', unit: 'Unit code', unit_add: 'Another unit code', parties: 'Parties',
		name: 'Name', idno: 'ID number', party_role: 'As', party_add: 'Another party', certificates: 'Certificates', certificate: 'Certificate',
		certificate_hint: 'e.g. 鲁(2018)昌邑市不动产权第0000001号', certificate_add: 'Another certificate', address: 'Location', note: 'Note', opened: 'Received', facts: 'The case',
		record: 'log no. {n}', warning: 'Please check:', materials: 'Materials', materials_n: '{n} in all', no_materials: 'No materials yet. Drop scans into the box above.',
		no_needed: 'Enter the case number.', kind_needed: 'Choose or enter the kind of business.', name_needed: 'Enter this party’s name.', idno_doubt: 'The check digit is wrong. Please compare; if it really is so, it can be kept.',
		open_go: 'Open case', drop: 'What you entered is not saved. Give it up?', drop_yes: 'Give up',
	},
	unit: {
		hint: '28 characters, blanks allowed', parcel: 'Parcel code (19 characters)', building: 'Down to the building (24 characters)', unit: 'Well formed', short: '{n} characters so far; 28 are needed (19 for a parcel, 24 for a building).',
		long: 'Too long: {n} characters instead of 28.', digits: 'The first 12 must be digits.', owner: 'Character 13 must be G (state), J (collective) or Z (undetermined).', right: 'Character 14 is not a parcel feature code (such as B, C, S, X).',
		serial: 'Characters 15 to 19 must be digits.', thing: 'From character 20: F, L or Q with 8 digits, or W with 8 zeros.',
	},
	level: { parcel: 'parcel', building: 'building', unit: 'unit', prefix: 'area' },
	upload: {
		title: 'Take in materials', type_all: 'Type', type_hint: 'Not sorted', to_all: 'Send to', to_none: 'Nobody', drop: 'Drop scans here', let_go: 'Let go to add them',
		formats: 'TIFF, PDF, JPEG, PNG; many files or whole folders at once', choose: 'Choose files', choose_folder: 'Choose a folder', folder_lost: 'The folder could not be read to the end. Drop it again or use “Choose a folder”.',
		skipped: 'Hidden system files left out: {n}.', ready: 'Files to send: {n} ({size})', send: 'Send files ({n})', clear: 'Clear finished',
		summary: 'kept {kept}, on the way {sending}, failed {failed}', waiting: 'Waiting', sending: 'Sending', keeping: 'Checking and storing…', cancelled: 'Cancelled, nothing was kept.',
		sending_of: 'Sending {name}', reading_of: 'Reading {name}', reading: 'Pages read: {done} of {total}', read_all: 'All read, {total} pages', blank: '{n} blank', parked: '{n} not read',
		damaged: '{n} damaged', again: 'Received before, not stored again', receipt: 'Pages: {pages}; new {fresh}, shared {shared}; log no. {record}',
	},
	material: {
		title: 'Material', type: 'Type', pages: 'Pages', size: 'Size', reading: 'Reading', to: 'Sent to', received: 'Received', version: 'version {n}', parked_n: '{n} not read',
		title_of: 'Title of {name}', type_of: 'Type of {name}', to_of: 'Receivers of {name}', download: 'Download', pdf: 'As a searchable PDF', about: 'About page and material', alike: 'Seems to be the same sheet as', alike_scan: 'another scan', alike_pixels: 'the very same image', alike_more: 'More pages may be alike: the search ended at its limit.', fields: 'Fields {n}', no_fields: 'No unit code, certificate, ID number or credit code found yet.',
		deliveries: 'Sent', no_deliveries: 'Not sent to any department.', facts: 'Facts', name: 'File name', media: 'Format', digest: 'Digest', log: 'Log no.',
	},
	page: {
		text: 'Text', nth: 'Page {n}', thumb: 'Page {n}, {state}', image: 'Picture of page {n}', all: 'All pages', tools: 'Paging and zoom', back: 'Previous page', on: 'Next page', number: 'Page number', smaller: 'Smaller', larger: 'Larger',
		true_size: 'Show every pixel', fit_width: 'Width', fit_page: 'Page', drawing: 'Drawing…', no_picture: 'No picture', this: 'This page', no_text: 'No text was read on this page.',
		confidence: 'confidence {n}', source_ocr: 'read by OCR', source_layer: 'the file’s own text',
		waiting: 'waiting', read: 'read', parked: 'not read', blank: 'blank', damaged: 'damaged',
		waiting_words: 'This page waits to be read. Its text appears here by itself.', parked_words: 'This page could not be read; the original is whole. An administrator can try again under Administration.', blank_words: 'This page is blank.', damaged_words: 'This page of the file is damaged and cannot be shown. Please scan it again.',
		damaged_title: 'Page {n} is damaged and cannot be shown.',
	},
	colour: { bilevel: 'black and white', grey: 'grey', rgb: 'colour' },
	field: { unit: 'Unit code', certificate: 'Certificate', id: 'ID number', uscc: 'Credit code', case: 'Case number', party: 'Party', address: 'Address', date: 'Date', amount: 'Amount', repaired: 'put right by its check digit', invalid: 'wrong check digit' },
	delivery: { due: 'due', sent: 'sent', received: 'received', returned: 'returned', withdrawn: 'withdrawn', superseded: 'superseded', reason: 'Reason: ' },
	find: {
		label: 'Find', hint: 'Text, case, unit code, certificate, name', go: 'Find', title: 'Find', asked: '“{q}”', busy: 'Looking…', count: 'about {n}', count_more: 'more than {n}',
		only_case: 'case without materials', purpose: 'Purpose', purpose_hint: 'kept in the log', nothing: 'Nothing found for “{q}”.', tried: 'This was tried:',
		tried_text: 'the text of all pages read, and the titles of materials', tried_codes: 'case numbers, unit codes (a beginning is enough), certificates (whole or their last digits)', tried_party: 'names and ID numbers of parties',
		advice: 'Try fewer or other words; what has just come in is found by its text once it is read. What you may not see is not shown.', begin: 'Type what you look for into the box above.',
	},
	why: { text: 'text', title: 'title', case: 'case number', unit: 'unit code', certificate: 'certificate', party: 'party', id: 'ID number' },
	inbox: {
		title: 'Inbox', department: 'Department', which: 'What to show', open: 'Open', all: 'All', count: 'Deliveries: {n}', badge: '{n} open', refreshed: 'as of {at}', time: 'Sent', state: 'State', do: 'Actions',
		fetch: 'Fetch', receipt: 'Receipt', return: 'Return', receipt_chosen: 'Receipt selected', receipt_n: 'Receipt selected ({n})', receipt_title: 'Receipt', receipt_yes: 'Yes, received',
		receipt_one: 'Confirm that “{title}” has been received? Afterwards it cannot be returned.', receipt_many: 'Confirm that the {n} selected materials have been received? Afterwards they cannot be returned.', receipted: 'Receipts given: {n}.', returned: 'Returned.',
		fetched: 'fetched', fetched_checked: 'fetched, digest is right', digest_differs: 'The file’s digest is not the registered one, so it was not saved. Fetch it again; if it stays so, tell the administrator.', none_open: 'Nothing waits for a receipt.', none: 'Nothing has come yet.',
	},
	return: { title: 'Return a material', reason: 'Reason', hint: 'Say what is wrong and how to mend it; the sender reads it.', go: 'Return' },
	admin: {
		title: 'Administration', nothing: 'Your role has nothing to administer.', status: 'Status', departments: 'Departments', tokens: 'Tokens', jobs: 'Reading jobs', once: 'Keep it now: it is not shown again.', kept: 'I have kept it',
		department_added: '“{name}” was added.', secret: 'Signing secret', public_key: 'Public key', department_id: 'Short name', department_id_rule: 'Begins with a small letter; small letters, digits and hyphens, 32 at most.', department_name: 'Name', department_name_hint: 'e.g. Tax',
		webhook: 'Webhook (may be empty)', way: 'How it is sent', allow_private: 'Allow private addresses', add: 'Add', by_feed: 'fetches by itself', webhook_disabled: 'Disabled:', created: 'Since', look: 'Look', no_departments: 'There are no departments yet.',
		token: 'Token', token_made: 'The token was made.', role: 'Role', department: 'Department', no_department: 'Any', token_name: 'Used for', token_name_hint: 'e.g. desk 1', days: 'Days', make: 'Make a token', expires: 'Expires', never: 'never', revoke: 'Revoke',
		revoke_ask: 'Once “{name}” is revoked, whoever uses it can no longer sign in. Revoke it?', no_tokens: 'There are no tokens yet.',
	},
	status: {
		kept: 'Kept', space: 'Space', reading: 'Reading', deliveries: 'Deliveries', cases: 'Cases', materials: 'Materials', files: 'Files', pages: 'Pages', rasters: 'Distinct page images', bytes_in: 'Received', bytes_stored: 'Stored', share: 'Stored of received', log: 'Log lines',
		pages_read: 'Images read', waiting: 'Waiting', running: 'Running', parked: 'Parked', workers: 'Workers (busy / all)', restarts: 'Restarts', departments: 'Departments',
	},
	job: { all: 'All', waiting: 'Waiting', running: 'Running', parked: 'Parked', page: 'Page', tries: 'Tries', due: 'Due', reason: 'Reason', none: 'No jobs.' },
};
