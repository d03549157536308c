/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include <zong/limits.h>

#include "cut.h"

/* FastCDC (Xia et al., USENIX ATC 2016) with normalised chunking of level 2: before the average
 * size a cut needs two bits more, behind it two bits less, which draws the sizes together. The
 * masks are the top bits of the hash because those have seen the last 64 bytes.
 *
 * The table and the masks are part of the format: other ones would cut the same bytes elsewhere,
 * and nothing would be shared with what is stored. */
#define AVG_BITS 18
#define MASK_TOP(bits) (~UINT64_C(0) << (64 - (bits)))

_Static_assert(ZONG_SEGMENT_AVG == 1 << AVG_BITS, "the masks are for this average");

/* The first eight bytes, big-endian, of SHA-256 of the single byte that is the index. */
/* clang-format off */
const uint64_t zong_fastcdc_gear[256] = {
	0x6e340b9cffb37a98, 0x4bf5122f344554c5, 0xdbc1b4c900ffe48d, 0x084fed08b978af4d,
	0xe52d9c508c502347, 0xe77b9a9ae9e30b0d, 0x67586e98fad27da0, 0xca358758f6d27e6c,
	0xbeead77994cf5733, 0x2b4c342f5433ebe5, 0x01ba4719c80b6fe9, 0xe7cf46a078fed4fa,
	0xef6cbd2161eaea79, 0x9d1e0e2d9459d065, 0x4d7b3ef7300acf70, 0xdc0e9c3658a1a3ed,
	0xc555eab45d08845a, 0x4a64a107f0cb3253, 0xf299791cddd3d666, 0xab897fbdedfa502b,
	0x83891d7fe85c33e5, 0x2f0fd1e89b8de1d5, 0x7cb7c4547cf26535, 0x8f11b05da785e43e,
	0x452ba1ddef80246c, 0x68aa2e2ee5dff96e, 0x58f7b0780592032e, 0x77adfc95029e73b1,
	0xbd4fc42a21f1f860, 0x1f18d650d205d71d, 0x9652595f37edd08c, 0xffe679bb831c95b6,
	0x36a9e7f1c95b82ff, 0xbb7208bc9b5d7c04, 0x8a331fdde7032f33, 0x334359b90efed75d,
	0x09fc96082d34c2df, 0xbbf3f11cb5b43e70, 0x951dcee3a7a4f3aa, 0x265fda17a34611b1,
	0x32ebb1abcc1c601c, 0xba5ec51d07a4ac0e, 0x684888c0ebb17f37, 0xa318c24216defe20,
	0xd03502c43d74a30b, 0x3973e022e93220f9, 0xcdb4ee2aea69cc6a, 0x8a5edab282632443,
	0x5feceb66ffc86f38, 0x6b86b273ff34fce1, 0xd4735e3a265e16ee, 0x4e07408562bedb8b,
	0x4b227777d4dd1fc6, 0xef2d127de37b942b, 0xe7f6c011776e8db7, 0x7902699be42c8a8e,
	0x2c624232cdd22177, 0x19581e27de7ced00, 0xe7ac0786668e0ff0, 0x41b805ea7ac014e2,
	0xdabd3aff769f07eb, 0x380918b946a52664, 0x62b67e1f685b7fef, 0x8a8de823d5ed3e12,
	0xc3641f8544d7c02f, 0x559aead08264d579, 0xdf7e70e5021544f4, 0x6b23c0d5f35d1b11,
	0x3f39d5c348e5b79d, 0xa9f51566bd6705f7, 0xf67ab10ad4e4c531, 0x333e0a1e27815d0c,
	0x44bd7ae60f478fae, 0xa83dd0ccbffe39d0, 0x6da43b944e494e88, 0x86be9a55762d316a,
	0x72dfcfb0c470ac25, 0x08f271887ce94707, 0x8ce86a6ae65d3692, 0xc4694f2e93d5c4e7,
	0x5c62e091b8c0565f, 0x4ae81572f06e1b88, 0x8c2574892063f995, 0x8de0b3c47f112c59,
	0xe632b7095b0bf32c, 0xa25513c7e0f6eaa8, 0xde5a6f78116eca62, 0xfcb5f40df9be6bae,
	0x4b68ab3847feda7d, 0x18f5384d58bcb1bb, 0xbbeebd879e1dff69, 0x245843abef9e72e7,
	0xa9253dc8529dd214, 0xcfae0d4248f7142f, 0x74cd9ef9c7e15f57, 0xd2e2adf7177b7a8a,
	0x8d33f520a3c4cef8, 0xca978112ca1bbdca, 0x3e23e8160039594a, 0x2e7d2c03a9507ae2,
	0x18ac3e7343f01689, 0x3f79bb7b435b0532, 0x252f10c83610ebca, 0xcd0aa9856147b6c5,
	0xaaa9402664f1a41f, 0xde7d1b721a1e0632, 0x189f40034be7a199, 0x8254c329a92850f6,
	0xacac86c0e609ca90, 0x62c66a7a5dd70c31, 0x1b16b1df538ba12d, 0x65c74c15a686187b,
	0x148de9c5a7a44d19, 0x8e35c2cd3bf6641b, 0x454349e422f05297, 0x043a718774c572bd,
	0xe3b98a4da31a127d, 0x0bfe935e70c321c7, 0x4c94485e0c21ae6c, 0x50e721e49c013f00,
	0x2d711642b726b044, 0xa1fce4363854ff88, 0x594e519ae499312b, 0x021fb596db81e6d0,
	0xcbe5cfdf7c2118a9, 0xd10b36aa74a59bcf, 0x7ace431cb61584cb, 0x620bfdaa346b088f,
	0x76be8b528d0075f7, 0x591b7cc95037822d, 0xa5ab782c805e8bfb, 0x5ee0dd4d4840229f,
	0xaaa8e61e7faf37dd, 0xc00e7f889cfc9216, 0x3cbdaf66b3dd2b17, 0x4bfa260a661d6811,
	0x4f362f9093bb8e70, 0xe9b0c031f0493d3f, 0x2d31936919341244, 0x3ebe1b59762a1c80,
	0x9defb0a9e163278b, 0x075198bfe61765d3, 0x949f94d858ef6ad1, 0x5e37305c587caf07,
	0x9e076ceaf246b600, 0x7da59d0dfbe21f43, 0x956062137518b270, 0xd16bd22f7196c0a7,
	0x67c872d4912c71f1, 0x5bad0d1132ac152c, 0x84873854dba02cf6, 0x2a0ab732b4e9d85e,
	0x79bec7ff3e69d1b4, 0xfd9528b920d6d395, 0x0605d1534eb8995f, 0x8d36bbb3d6fbf24f,
	0x6e3faf1e27d45fca, 0x9d277175737fb500, 0x35af2d15ebde4d67, 0x1f184f101c67d585,
	0xc19a797fa1fd590c, 0x8a8950f762366322, 0x0a43b22d89fa2499, 0x6d90fbacc073ee0b,
	0x88aa3e3b1f22c616, 0x6922e93e3827642c, 0xfe1dcd3abfcd6b16, 0x2dbf9365a0b09d85,
	0x74e1ade320c66075, 0x9e8e8c37a53bac77, 0xbceef655b5a03491, 0x087d80f7f182dd44,
	0xee6bb86b44339392, 0x22adaf058a2cb668, 0x19753a9b7681b361, 0x5a6e7a4754af8e7f,
	0xf4f97c88c409dcf3, 0x149488d869cbef08, 0x9be3799f24592e94, 0x65f15821061635e6,
	0x27952171c7fcdf0d, 0x892f60b39450a0e7, 0xca41841c5c98e34f, 0x4d6a8e90039fc978,
	0xd3bb0d59e354ea84, 0x04d6c0c946716aac, 0x281c93990bac2c69, 0xcbecda1c7d37d4c0,
	0x26e5bfe4b0686167, 0x68325720aabd7c82, 0x478508483cbb05de, 0xb12dc850a3b0a3b7,
	0xe4ff5e7d7a7f08e9, 0xd1bbd73bb09190bf, 0xc557e71380112b98, 0xae3f4619b0413d70,
	0xd1211001882d2ce1, 0x5a0ec31daa84fa27, 0x49994461d6b46390, 0x3340883aad3038dd,
	0x7c5bd2d144fdde49, 0x4fb733bedb74fec8, 0x13598656f10fa962, 0x383e5d7d58caa41c,
	0x1dd8312636f6a0bf, 0x9a7b7b3a5d50781b, 0xc337ded6f56c0720, 0x7a4a4b50f5121ed5,
	0xd4b0c0a4a8cc6c25, 0xb5c9a5f48292e3fb, 0x85f97e04d754c81d, 0x28969cdfa74a12c8,
	0x528a84ce6b18eb7d, 0xcdce9374e0fecee1, 0x0a2c6ea0370d1d49, 0x414a21e525a759e3,
	0xaf193a8cdcd0e3fb, 0x19152ddfba193b5b, 0x5d5c7d20a3aab9c1, 0xb7d25296e7bc6a6b,
	0xfb95aa98d6e6c582, 0x2795044ce0f83f71, 0x7941cb07924fdc7b, 0x2ea970ff63aec5d7,
	0x7d8c5da7fd418379, 0xf031efa58744e97a, 0x30a5bfa58e128af9, 0x457e4854863e7efa,
	0x5e1effe9b7bab73d, 0xab61ba11a38b007f, 0x0a3aaee7ccfb1a64, 0xd0752b60adb148ca,
	0xe6f207509afa3908, 0xde2e331d891ae267, 0x3ad4e44a4306fb62, 0xf8d20e598df20877,
	0x45f83d17e10b34fc, 0xf3df1f9c358ae8ec, 0x94455e3ed9f716be, 0x4d4d75d742863ab9,
	0xfde502858306c235, 0xd4f09e5c5af99a24, 0x966c7c47125c7457, 0x782e02029374527b,
	0x2017ff3461395672, 0x27abdeddfe850349, 0xb0b2988b6bbe724b, 0x50868f20258bbc9c,
	0xe596a8e5c49dd20a, 0xd52022534fa2dba3, 0xaa7225e7d5b0a255, 0x04b8d34e20e604ca,
	0x98722e2ebed8ed3d, 0x3e151409ace91cb3, 0xaa687b58b0e73e2e, 0xa8100ae6aa1940d0,
};
/* clang-format on */

/* The first place in [from, to) where the hash has no bit of the mask, or to. */
static size_t scan(const uint8_t *bytes, size_t from, size_t to, uint64_t mask, uint64_t *hash)
{
	uint64_t h = *hash;

	for (; from < to; from++) {
		h = (h << 1) + zong_fastcdc_gear[bytes[from]];
		if (!(h & mask))
			break;
	}
	*hash = h;
	return from;
}

/* @masks: for what is shorter than the average and for what is longer. */
static size_t cut(const uint8_t *bytes, size_t len, size_t min, size_t avg, size_t max,
	uint64_t mask_short, uint64_t mask_long)
{
	size_t most = len < max ? len : max;
	size_t middle = most < avg ? most : avg;
	uint64_t hash = 0;
	size_t at;

	if (most <= min)
		return most;
	at = scan(bytes, min, middle, mask_short, &hash);
	if (at < middle)
		return at + 1;
	at = scan(bytes, middle, most, mask_long, &hash);
	return at < most ? at + 1 : most;
}

size_t zong_fastcdc(const void *bytes, size_t len)
{
	return cut(bytes, len, ZONG_SEGMENT_MIN, ZONG_SEGMENT_AVG, ZONG_SEGMENT_MAX,
		MASK_TOP(AVG_BITS + 2), MASK_TOP(AVG_BITS - 2));
}

size_t zong_fastcdc_by(const void *bytes, size_t len, size_t min, unsigned avg_bits, size_t max)
{
	return cut(bytes, len, min, (size_t)1 << avg_bits, max, MASK_TOP(avg_bits + 2),
		MASK_TOP(avg_bits - 2));
}
