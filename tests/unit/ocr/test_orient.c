/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include "orient.h"
#include "sample.h"

static TessBaseAPI *api;

static int load(void **state)
{
	(void)state;
	setMsgSeverity(L_SEVERITY_NONE);
	api = TessBaseAPICreate();
	return TessBaseAPIInit2(api, NULL, "chi_sim", OEM_LSTM_ONLY);
}

static int unload(void **state)
{
	(void)state;
	TessBaseAPIDelete(api);
	return 0;
}

static void text_turned_any_way_is_turned_back(void **state)
{
	struct zong_raster raster;
	unsigned int quarter;
	PIX *pix;

	(void)state;
	sample_text(900, 600, 26, sample_lines, &raster);
	pix = zong_raster_to_pix(&raster);
	for (quarter = 0; quarter < 4; quarter++) {
		PIX *turned = pixRotateOrth(pix, (l_int32)quarter);

		assert_int_equal(zong_orient_guess(api, turned), (4 - quarter) % 4);
		pixDestroy(&turned);
	}
	pixDestroy(&pix);
	zong_raster_release(&raster);
}

static void what_is_no_text_is_left_as_it_is(void **state)
{
	PIX *pix = pixCreate(300, 300, 8);

	(void)state;
	assert_int_equal(zong_orient_guess(api, pix), 0);
	pixDestroy(&pix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_turned_any_way_is_turned_back),
		cmocka_unit_test(what_is_no_text_is_left_as_it_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, unload);
}
