# SPDX-License-Identifier: GPL-2.0
# Enter again without what comes before the look for work.
/^static .* pvsched_reenter/,/^}/s/xfer_to_guest_mode_prepare();//
