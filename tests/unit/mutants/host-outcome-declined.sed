# SPDX-License-Identifier: GPL-2.0
# Keep the time of a yield that was declined.
s/WRITE_ONCE(target->arch.pvsched.granted_at, 0);/;/
