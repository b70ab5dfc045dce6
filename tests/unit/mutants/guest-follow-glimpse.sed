# SPDX-License-Identifier: GPL-2.0
# What was lower stays so.
/pvsched_follow_up(f, wanted, now);$/{n;s/f->lower = false;/f->lower = true;/}
