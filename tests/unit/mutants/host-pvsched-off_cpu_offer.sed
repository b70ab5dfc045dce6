# SPDX-License-Identifier: GPL-2.0
# Offer the report without a record to write.
s/ && sched_info_on()//
