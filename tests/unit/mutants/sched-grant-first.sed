# SPDX-License-Identifier: GPL-2.0
# Leave a target behind a stranger where it is.
s/return first == to ? !!pvsched_vcpu_of(to) : .*/return true;/
