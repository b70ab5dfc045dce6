# SPDX-License-Identifier: GPL-2.0
# Let all parts be usable when one is named.
s/pvsched_on_offer & pvsched_wanted & BIT(part)/pvsched_on_offer \&\& pvsched_wanted/
