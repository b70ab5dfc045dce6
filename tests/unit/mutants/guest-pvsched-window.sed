# SPDX-License-Identifier: GPL-2.0
# Set bits of a window that starts anywhere.
s/u32 first = round_down(.*/u32 first = w->targets[0] | w->targets[1] ? w->first : apic_id;/
