# SPDX-License-Identifier: GPL-2.0
# What was lower stays so.
/f->lower = false;/{n;s/f->cpus = wanted;/f->lower = true; f->cpus = wanted;/}
