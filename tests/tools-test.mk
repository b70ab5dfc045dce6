# SPDX-License-Identifier: GPL-2.0
# What tests/tools-test.sh asks of the Makefile, read after it.
locked-bench:
	@$(call alone,ebizzy,bench-scenarios)

print-key:
	@echo $(call key,Makefile)
