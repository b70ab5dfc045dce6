# SPDX-License-Identifier: GPL-2.0
# Enter again although the thread has work.
/^static .* pvsched_way_in/,/^}/s/xfer_to_guest_mode_work_pending()/0/
