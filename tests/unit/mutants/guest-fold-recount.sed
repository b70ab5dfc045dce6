# SPDX-License-Identifier: GPL-2.0
# Count CPUs once.
s/< PVSCHED_RECOUNT)/< U64_MAX)/
