/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <getopt.h>
#include <glib.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum option_id {
	OPT_KIND = 1,
	OPT_PAGES,
	OPT_SEED,
	OPT_DPI,
	OPT_COLOUR,
	OPT_COMPRESS,
	OPT_BIGTIFF,
	OPT_TILED,
	OPT_STRIPS,
	OPT_QUALITY,
	OPT_ORIENTATION,
	OPT_SKEW,
	OPT_NOISE,
	OPT_SEAL,
	OPT_NUMBERS,
	OPT_CASE,
	OPT_BUSINESS,
	OPT_UNIT,
	OPT_CERT,
	OPT_PARTY,
	OPT_ADDRESS,
	OPT_TEXT,
	OPT_TRUTH,
	OPT_LIST,
	OPT_DEMO,
	OPT_DAMAGE,
	OPT_LIST_DAMAGES,
	OPT_TURN,
	OPT_TRUTH_SET,
	OPT_BORN_DIGITAL,
	OPT_HELP,
};

static const struct option options[] = {
	{"kind", required_argument, NULL, OPT_KIND},
	{"pages", required_argument, NULL, OPT_PAGES},
	{"seed", required_argument, NULL, OPT_SEED},
	{"dpi", required_argument, NULL, OPT_DPI},
	{"colour", required_argument, NULL, OPT_COLOUR},
	{"color", required_argument, NULL, OPT_COLOUR},
	{"compress", required_argument, NULL, OPT_COMPRESS},
	{"bigtiff", no_argument, NULL, OPT_BIGTIFF},
	{"tiled", no_argument, NULL, OPT_TILED},
	{"strips", required_argument, NULL, OPT_STRIPS},
	{"quality", required_argument, NULL, OPT_QUALITY},
	{"orientation", required_argument, NULL, OPT_ORIENTATION},
	{"skew", required_argument, NULL, OPT_SKEW},
	{"noise", required_argument, NULL, OPT_NOISE},
	{"seal", no_argument, NULL, OPT_SEAL},
	{"numbers", required_argument, NULL, OPT_NUMBERS},
	{"case", required_argument, NULL, OPT_CASE},
	{"business", required_argument, NULL, OPT_BUSINESS},
	{"unit", required_argument, NULL, OPT_UNIT},
	{"cert", required_argument, NULL, OPT_CERT},
	{"party", required_argument, NULL, OPT_PARTY},
	{"address", required_argument, NULL, OPT_ADDRESS},
	{"text", required_argument, NULL, OPT_TEXT},
	{"truth", required_argument, NULL, OPT_TRUTH},
	{"list", no_argument, NULL, OPT_LIST},
	{"demo", required_argument, NULL, OPT_DEMO},
	{"damage", required_argument, NULL, OPT_DAMAGE},
	{"list-damages", no_argument, NULL, OPT_LIST_DAMAGES},
	{"turn", required_argument, NULL, OPT_TURN},
	{"truth-set", required_argument, NULL, OPT_TRUTH_SET},
	{"born-digital", no_argument, NULL, OPT_BORN_DIGITAL},
	{"help", no_argument, NULL, OPT_HELP},
	{NULL, 0, NULL, 0},
};

struct request {
	struct mkscan_order order;
	char *text;
	const char *output, *truth, *demo, *set;
	bool chosen; /* an option that a truth set has no use for */
};

__attribute__((format(printf, 1, 2), noreturn)) static void refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("mkscan: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
	exit(2);
}

static uint64_t parse_number(const char *option, const char *value, uint64_t least, uint64_t most)
{
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(value, &end, 10);
	if (errno || *end || value[0] < '0' || value[0] > '9' || number < least || number > most)
		refuse("--%s must be a whole number from %llu to %llu, not \"%s\".", option,
			(unsigned long long)least, (unsigned long long)most, value);
	return number;
}

static double parse_decimal(const char *option, const char *value, double most)
{
	char *end;
	double number = strtod(value, &end);

	if (end == value || *end || !(number >= 0 && number <= most))
		refuse("--%s must be a number from 0 to %g, not \"%s\".", option, most, value);
	return number;
}

static unsigned parse_word(const char *option, const char *value, const char *const *words)
{
	for (unsigned i = 0; words[i]; i++) {
		if (!strcmp(words[i], value))
			return i;
	}
	refuse("--%s does not know \"%s\"; mkscan --help lists what it knows.", option, value);
}

static void parse_field(const char *option, const char *value, size_t len, char *ret_field)
{
	if (!len)
		refuse("--%s must not be empty.", option);
	if (len >= MKSCAN_WORD_MAX)
		refuse("--%s takes at most %d bytes.", option, MKSCAN_WORD_MAX - 1);
	if (!g_utf8_validate(value, (gssize)len, NULL))
		refuse("--%s must be UTF-8 text.", option);
	snprintf(ret_field, MKSCAN_WORD_MAX, "%.*s", (int)len, value);
}

static void parse_party(struct mkscan_facts *facts, const char *value)
{
	size_t name = strcspn(value, ":");
	struct mkscan_party *party;

	if (facts->n_parties == MKSCAN_PARTIES_MAX)
		refuse("--party can be given at most %d times.", MKSCAN_PARTIES_MAX);
	party = &facts->parties[facts->n_parties++];
	parse_field("party", value, name, party->name);
	if (value[name])
		parse_field("party", value + name + 1, strlen(value + name + 1), party->idno);
}

static void parse_kind(struct mkscan_order *order, const char *value)
{
	if (order->n_kinds == MKSCAN_KINDS_MAX)
		refuse("--kind can be given at most %d times; use --pages for more.",
			MKSCAN_KINDS_MAX);
	if (mkscan_kind_parse(value, &order->kinds[order->n_kinds++]))
		refuse("there is no kind \"%s\"; mkscan --list prints the kinds.", value);
}

static char *read_text(const char *path)
{
	GError *error = NULL;
	char *text;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, &error))
		refuse("the text cannot be read: %s.", error->message);
	if (!g_utf8_validate(text, (gssize)len, NULL))
		refuse("%s is not UTF-8 text.", path);
	if (!text[strspn(text, " \t\r\n")])
		refuse("%s holds no text.", path);
	return text;
}

static void print_kinds(void)
{
	for (int i = 0; i < MKSCAN_KINDS; i++)
		printf("%-12s %s\n", mkscan_kind_name((enum mkscan_kind)i),
			mkscan_kind_title((enum mkscan_kind)i));
	exit(0);
}

static void print_damages(void)
{
	for (int i = 0; i < MKSCAN_HARMS; i++)
		printf("%-12s %s\n", mkscan_harm_name((enum mkscan_harm)i),
			mkscan_harm_title((enum mkscan_harm)i));
	exit(0);
}

static void parse_damage(struct mkscan_harms *harms, const char *value)
{
	int err = mkscan_harm_parse(value, harms);

	if (err == -ENOENT)
		refuse("there is no damage \"%s\"; mkscan --list-damages prints them.", value);
	if (err)
		refuse("--damage %s: the strength must be above 0 and at most 1, for jpeg a "
		       "quality from 30 to 90.",
			value);
}

static unsigned parse_turn(const char *value)
{
	uint64_t turn = parse_number("turn", value, 0, 270);

	if (turn % 90)
		refuse("--turn must be 0, 90, 180 or 270, not \"%s\".", value);
	return (unsigned)turn;
}

static bool parse_look(struct mkscan_order *order, int id, const char *value)
{
	static const char *const colours[] = {"bilevel", "grey", "rgb", NULL};
	static const char *const numbers[] = {"none", "words", "slash", "dashes", NULL};

	switch (id) {
	case OPT_PAGES:
		order->pages = (unsigned)parse_number("pages", value, 1, MKSCAN_PAGES_MAX);
		return true;
	case OPT_SEED:
		order->seed = parse_number("seed", value, 0, UINT32_MAX);
		return true;
	case OPT_DPI:
		order->dpi = (unsigned)parse_number("dpi", value, 50, MKSCAN_DPI_MAX);
		return true;
	case OPT_COLOUR:
		order->colour = (enum mkscan_colour)parse_word("colour", value, colours);
		return true;
	case OPT_SKEW:
		order->skew = parse_decimal("skew", value, 45);
		return true;
	case OPT_NOISE:
		order->noise = parse_decimal("noise", value, 1);
		return true;
	case OPT_SEAL:
		order->seal = true;
		return true;
	case OPT_NUMBERS:
		order->numbers = (enum mkscan_numbers)parse_word("numbers", value, numbers);
		return true;
	case OPT_TURN:
		order->turn = parse_turn(value);
		return true;
	case OPT_DAMAGE:
		parse_damage(&order->harms, value);
		return true;
	}
	return false;
}

static bool parse_format(struct mkscan_format *format, int id, const char *value)
{
	static const char *const compressions[] = {
		"auto", "none", "g3", "g4", "lzw", "deflate", "packbits", "jpeg", NULL};

	switch (id) {
	case OPT_COMPRESS:
		format->compress =
			(enum mkscan_compress)parse_word("compress", value, compressions);
		return true;
	case OPT_BIGTIFF:
		format->bigtiff = true;
		return true;
	case OPT_TILED:
		format->tiled = true;
		return true;
	case OPT_STRIPS:
		format->strip_rows = (uint32_t)parse_number("strips", value, 1, 1 << 20);
		return true;
	case OPT_QUALITY:
		format->quality = (int)parse_number("quality", value, 1, 100);
		return true;
	case OPT_ORIENTATION:
		format->orientation = (unsigned)parse_number("orientation", value, 1, 8);
		return true;
	case OPT_BORN_DIGITAL:
		format->born_digital = true;
		return true;
	}
	return false;
}

static void parse_content(struct request *request, int id, const char *value)
{
	struct mkscan_facts *facts = &request->order.facts;

	switch (id) {
	case OPT_KIND:
		parse_kind(&request->order, value);
		break;
	case OPT_CASE:
		parse_field("case", value, strlen(value), facts->case_no);
		break;
	case OPT_BUSINESS:
		parse_field("business", value, strlen(value), facts->business);
		break;
	case OPT_UNIT:
		parse_field("unit", value, strlen(value), facts->unit);
		break;
	case OPT_CERT:
		parse_field("cert", value, strlen(value), facts->cert);
		break;
	case OPT_ADDRESS:
		parse_field("address", value, strlen(value), facts->address);
		break;
	case OPT_PARTY:
		parse_party(facts, value);
		break;
	case OPT_TEXT:
		g_free(request->text);
		request->text = read_text(value);
		request->order.text = request->text;
		break;
	case OPT_TRUTH:
		request->truth = value;
		break;
	case OPT_DEMO:
		request->demo = value;
		break;
	case OPT_TRUTH_SET:
		request->set = value;
		break;
	case OPT_LIST_DAMAGES:
		print_damages();
		break;
	case OPT_LIST:
		print_kinds();
		break;
	case OPT_HELP:
		fputs(mkscan_help, stdout);
		exit(0);
	default:
		abort(); /* an option in the table that nobody reads */
	}
}

static void check_tiff(const struct mkscan_order *order)
{
	const struct mkscan_format *format = &order->format;
	bool fax = format->compress == MKSCAN_G3 || format->compress == MKSCAN_G4;
	bool bilevel = order->colour == MKSCAN_BILEVEL;

	if (format->media != MKSCAN_TIFF && (format->compress || format->bigtiff || format->tiled ||
						    format->strip_rows || format->orientation != 1))
		refuse("--compress, --bigtiff, --tiled, --strips and --orientation are for TIFF "
		       "only.");
	if (fax && !bilevel)
		refuse("g3 and g4 can only store --colour bilevel.");
	if (format->compress == MKSCAN_JPEGTIFF && bilevel)
		refuse("jpeg cannot store --colour bilevel; use grey or rgb.");
	if (format->tiled && format->strip_rows)
		refuse("a TIFF has either --tiled or --strips, not both.");
	if (format->compress == MKSCAN_JPEGTIFF && format->strip_rows % 16)
		refuse("with --compress jpeg the number of --strips rows must be a multiple of "
		       "16.");
}

static void check_born_digital(const struct mkscan_order *order)
{
	bool harmed = order->turn > 0;

	for (int i = 0; i < MKSCAN_HARMS; i++)
		harmed |= order->harms.strength[i] > 0;
	if (order->format.born_digital && order->format.media != MKSCAN_PDF)
		refuse("--born-digital is for PDF only.");
	if (order->format.born_digital && harmed)
		refuse("--born-digital was never on paper; --damage and --turn are for scans.");
}

static void check_request(struct request *request)
{
	struct mkscan_order *order = &request->order;
	struct mkscan_format *format = &order->format;

	if (!order->n_kinds)
		order->kinds[order->n_kinds++] = MKSCAN_TEXT;
	if (mkscan_media_parse(request->output, &format->media))
		refuse("the ending of \"%s\" must be .tif, .tiff, .pdf, .jpg, .jpeg or .png.",
			request->output);
	check_tiff(order);
	check_born_digital(order);
	if ((format->media == MKSCAN_JPEG || format->media == MKSCAN_PNG) &&
		(order->pages > 1 || (order->n_kinds > 1 && !order->pages)))
		refuse("a JPEG or PNG holds one page; use .tif or .pdf for more.");
	if (order->n_kinds > 0 && order->text) {
		for (size_t i = 0; i < order->n_kinds; i++) {
			if (mkscan_kind_flows(order->kinds[i]))
				return;
		}
		refuse("--text needs a page of --kind text or columns.");
	}
}

static void parse_request(int argc, char **argv, struct request *request)
{
	int id;

	opterr = 0;
	for (;;) {
		id = getopt_long(argc, argv, ":", options, NULL);
		if (id < 0)
			break;
		if (id == ':')
			refuse("%s needs a value; mkscan --help explains.", argv[optind - 1]);
		if (id == '?')
			refuse("there is no option %s; mkscan --help lists them.",
				argv[optind - 1]);
		request->chosen |= id != OPT_TRUTH_SET && id != OPT_PAGES && id != OPT_SEED;
		if (parse_look(&request->order, id, optarg))
			continue;
		if (!parse_format(&request->order.format, id, optarg))
			parse_content(request, id, optarg);
	}
	if (request->set) {
		if (optind != argc)
			refuse("--truth-set writes a folder and takes no OUTPUT.");
		if (request->chosen)
			refuse("--truth-set chooses what to draw; it takes --pages and --seed "
			       "only.");
		if (!request->order.pages)
			refuse("--truth-set needs --pages, the number of pages.");
		return;
	}
	if (request->demo) {
		if (optind != argc)
			refuse("--demo writes a folder and takes no OUTPUT.");
		return;
	}
	if (optind + 1 != argc)
		refuse(optind == argc ? "say which file to write; mkscan --help explains."
				      : "only one OUTPUT can be written at a time.");
	request->output = argv[optind];
	check_request(request);
}

static int report(int err, const char *path)
{
	if (err == -EINVAL)
		refuse("the text needs more than one page, but a JPEG or PNG holds one; use .tif "
		       "or .pdf.");
	fprintf(stderr, "mkscan: %s cannot be written: %s.\n", path, strerror(-err));
	return 1;
}

static int write_file(struct request *request)
{
	json_t *pages = NULL, *truth;
	int err = mkscan_file_write(&request->order, request->output, &pages);

	if (err)
		return report(err, request->output);
	truth = json_pack("{s:s, s:I, s:o}", "file", request->output, "seed",
		(json_int_t)request->order.seed, "pages", pages);
	if (request->truth)
		err = truth ? mkscan_json_write(truth, request->truth) : -ENOMEM;
	json_decref(truth);
	return err ? report(err, request->truth) : 0;
}

int main(int argc, char **argv)
{
	static struct request request;
	int status, err;

	mkscan_order_init(&request.order);
	parse_request(argc, argv, &request);
	if (request.set) {
		err = mkscan_set_write(request.set, request.order.pages, request.order.seed);
		status = err ? report(err == -EINVAL ? -EIO : err, request.set) : 0;
	} else if (request.demo) {
		err = mkscan_demo_write(request.demo, request.order.seed, request.order.dpi);
		status = err ? report(err == -EINVAL ? -EIO : err, request.demo) : 0;
	} else {
		mkscan_facts_complete(&request.order.facts);
		status = write_file(&request);
	}
	g_free(request.text);
	return status;
}
