# SPDX-License-Identifier: GPL-2.0
# Do not have the scheduler ask for another policy.
s/READ_ONCE(pvsched_policy) == PVSCHED_POLICY_STEAL ||$//
