# SPDX-License-Identifier: GPL-2.0
# Look ever more rarely.
s/return clamp(ns, .*/return max_t(u64, ns, PVSCHED_LOOK_NS);/; 1i #define max_t(type, a, b) ((type)(a) > (type)(b) ? (type)(a) : (type)(b))
