# SPDX-License-Identifier: GPL-3.0-or-later
#
# ZONG_ADD_FLAGS(VARIABLE, FLAGS)
# Appends to VARIABLE those of FLAGS that this C compiler knows. An unknown flag must be an error
# while asking, or clang would only warn and every file would then be built with that warning.
AC_DEFUN([ZONG_ADD_FLAGS], [
	m4_foreach_w([zong_flag], [$2], [
		AS_VAR_PUSHDEF([zong_cache], [zong_cv_flag_]zong_flag)
		AC_CACHE_CHECK([whether $CC knows ]zong_flag, [zong_cache], [
			zong_saved_CFLAGS=$CFLAGS
			CFLAGS="$CFLAGS -Werror zong_flag"
			AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
				[AS_VAR_SET([zong_cache], [yes])], [AS_VAR_SET([zong_cache], [no])])
			CFLAGS=$zong_saved_CFLAGS])
		AS_VAR_IF([zong_cache], [yes], [$1="$$1 zong_flag"])
		AS_VAR_POPDEF([zong_cache])])
])
