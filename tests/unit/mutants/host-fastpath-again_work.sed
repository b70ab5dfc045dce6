# SPDX-License-Identifier: GPL-2.0
# Enter again although the thread has work.
/^static .* pvsched_reenter/,/^}/s/xfer_to_guest_mode_work_pending()/0/
