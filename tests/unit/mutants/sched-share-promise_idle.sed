# SPDX-License-Identifier: GPL-2.0
# Break promises to VMs that do not use what they have.
s/used + PVSCHED_ONE_CPU \/ 2 >= number/1/
