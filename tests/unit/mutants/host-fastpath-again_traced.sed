# SPDX-License-Identifier: GPL-2.0
# Enter again unseen.
s/ || trace_kvm_entry_enabled())/)/
