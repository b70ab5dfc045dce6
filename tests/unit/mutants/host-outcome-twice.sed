# SPDX-License-Identifier: GPL-2.0
# Count an outcome again and again.
s/xchg(&target->arch.pvsched.granted_reason, 0);/target->arch.pvsched.granted_reason;/
