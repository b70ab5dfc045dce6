# SPDX-License-Identifier: GPL-2.0
# Restart the hrtimer beside a hardware timer.
s/kvm_x86_ops.set_hv_timer || !deadline/!deadline/
