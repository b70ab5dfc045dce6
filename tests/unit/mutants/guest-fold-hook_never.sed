# SPDX-License-Identifier: GPL-2.0
# Do not have the scheduler ask for another policy.
s/pvsched_policy == PVSCHED_POLICY_STEAL || pvsched_fold_override/pvsched_fold_override/
