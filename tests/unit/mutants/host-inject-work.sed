# SPDX-License-Identifier: GPL-2.0
# Enter although the thread has work.
/^static bool pvsched_must_leave/,/^}/s/xfer_to_guest_mode_work_pending()/0/
