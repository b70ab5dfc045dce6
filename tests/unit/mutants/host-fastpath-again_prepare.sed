# SPDX-License-Identifier: GPL-2.0
# Enter again without what comes before the look for work.
/^static .* pvsched_way_in/,/^}/s/xfer_to_guest_mode_prepare();//
