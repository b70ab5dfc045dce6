# SPDX-License-Identifier: GPL-2.0
# Give groups the slice of the base.
s/p = pvsched_vcpu_of(se);/p = entity_is_task(se) ? pvsched_vcpu_of(se) : NULL;/
