# SPDX-License-Identifier: GPL-2.0
# Let the first of several boot options count.
s/guest->chosen = true;/if (guest->chosen) continue; guest->chosen = true;/
